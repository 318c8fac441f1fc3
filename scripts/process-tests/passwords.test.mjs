// Signing in: what time tells about usernames, and what a crowd does to a bank.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAnswer, call, median, ms, register, until } from './requests.mjs'
import { openWorld } from './world.mjs'

const world = await openWorld()
after(() => world.close())
const [bank, narrow, patient] = await Promise.all([
  world.start('bank', { port: world.ports.bank }),
  world.start('bank', { env: { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '2' } }),
  world.start('bank', { env: { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '120' } }),
])

const logIn = (at, username, password) => call(at, 'POST', '/api/login', { body: { username, password } })

test('a wrong password and an unknown username get the same answer in the same time', async (t) => {
  const { username } = await register(bank)
  const asked = { 'a wrong password': username, 'an unknown username': 'nobody-of-this-name' }
  const answers = new Set()
  /** One after the other, in turns: whatever else the machine does meets both alike. */
  async function compare(rounds) {
    const durations = { 'a wrong password': [], 'an unknown username': [] }
    for (let round = 0; round < rounds; round += 1) {
      const turns = Object.entries(asked)
      for (const [kind, name] of round % 2 === 0 ? turns : turns.reverse()) {
        const since = performance.now()
        const answer = assertAnswer(await logIn(bank, name, 'not the password at all'), 401, 'invalid_credentials')
        durations[kind].push(performance.now() - since)
        const headers = [...answer.headers].filter(([header]) => !/^(date|x-request-id|server-timing)$/.test(header))
        answers.add(JSON.stringify([answer.body, headers]))
      }
    }
    return Object.values(durations)
  }
  // What compilers need to see once.
  await compare(5)
  // A difference that is ours is there each time; one that is the busy machine's is not.
  const ratios = []
  while (ratios.length < 3 && !ratios.some((ratio) => ratio <= 1.1)) {
    const [wrong, unknown] = await compare(50)
    // Of those that were asked one after the other: from one moment to a later one the machine changes its pace.
    const ratio = median(wrong.map((duration, round) => duration / unknown[round]))
    ratios.push(Math.max(ratio, 1 / ratio))
    t.diagnostic(`medians of 50: wrong password ${ms(median(wrong))}, unknown username ${ms(median(unknown))}`)
  }
  assert.equal(answers.size, 1, [...answers].join('\n'))
  assert.ok(Math.min(...ratios) <= 1.1, `ratios ${ratios}`)
})

test('more sign-ins at once than may wait are told to come back, the others succeed, and the process stays alive', async (t) => {
  const { username, password } = await register(bank)
  const answering = Promise.all(Array.from({ length: 10 }, () => logIn(narrow, username, password)))
  const health = []
  let done = false
  answering.finally(() => {
    done = true
  })
  while (!done) {
    const since = performance.now()
    assertAnswer(await call(narrow, 'GET', '/healthz'), 200)
    health.push(performance.now() - since)
  }
  const answers = await answering
  const refused = answers.filter(({ status }) => status === 503)
  const signedIn = answers.filter(({ status }) => status === 200)
  t.diagnostic(
    `${signedIn.length} signed in, ${refused.length} told to wait; ${health.length} × /healthz meanwhile, slowest ${ms(Math.max(...health))}`,
  )
  assert.equal(refused.length + signedIn.length, 10, answers.map(({ status }) => status).join(' '))
  // One is computed and two wait; whoever comes when they are through is taken too.
  assert.ok(signedIn.length >= 3, `${signedIn.length} signed in`)
  assert.ok(refused.length >= 1, 'nobody was told to wait')
  for (const answer of refused) {
    assertAnswer(answer, 503, 'unavailable')
    assert.match(answer.headers.get('retry-after'), /^\d+$/)
    assert.deepEqual(answer.cookies, {})
  }
  for (const { cookies } of signedIn) assert.ok(cookies.signet_token.value)
  assert.ok(health.length >= 2)
  assertAnswer(await logIn(narrow, username, password), 200)
})

test('whoever leaves before their turn costs no hash, keeps nobody waiting, and is signed in nowhere', async (t) => {
  const { username, password } = await register(bank)
  const user = await world.db.user.findUniqueOrThrow({ where: { username } })
  const signIns = () => world.db.session.count({ where: { userId: user.id } })
  const before = await signIns()
  const metric = async (line) =>
    Number(new RegExp(`^${line} (\\d+)$`, 'm').exec((await call(patient, 'GET', '/metrics')).body)?.[1])
  const waiting = () => metric('password_hashes_waiting\\{[^}]*\\}')
  const ended = (outcome) => metric(`sign_ins_total\\{(?=[^}]*outcome="${outcome}")[^}]*\\}`)

  const CROWD = 100
  const leaving = new AbortController()
  const leavers = Array.from({ length: CROWD }, () =>
    fetch(`${patient.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
      signal: leaving.signal,
    }).then(
      () => 'answered',
      () => 'left',
    ),
  )
  const { answer: queued } = await until(waiting, (count) => count >= 40, {
    withinMs: 10_000,
    everyMs: 1,
    what: 'a queue',
  })
  leaving.abort()
  const left = (await Promise.all(leavers)).filter((how) => how === 'left').length
  assertAnswer(await logIn(patient, username, password), 200)
  // Those before them in the queue are signed in whether they are there or not, and nobody else.
  const { answer: end } = await until(
    async () => ({
      accepted: await ended('accepted'),
      passedOver: await ended('left'),
      signedIn: (await signIns()) - before,
    }),
    ({ accepted, passedOver, signedIn }) => accepted === signedIn && accepted + passedOver > queued,
    { withinMs: 10_000, what: 'the end of those who were in the queue' },
  )
  t.diagnostic(`${left} of ${CROWD} left, ${end.passedOver} of them before their turn`)
  assert.ok(end.passedOver >= 10, JSON.stringify(end))
  assert.deepEqual([await waiting(), await ended('unavailable')], [0, 0])
})
