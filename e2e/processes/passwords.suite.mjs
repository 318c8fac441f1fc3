// Signing in: what time tells about usernames, and what a crowd does to a bank.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import { assertAnswer, call, median, register } from './requests.mjs'
import { bank, world } from './shared-world.mjs'

const logIn = (at, username, password) => call(at, 'POST', '/api/login', { body: { username, password } })
const WRONG = 'not the password at all'

test('a wrong password and an unknown username get the same answer, and take as long', async (t) => {
  const { username } = await register(bank)
  const answers = new Set()
  const timed = async (name) => {
    const since = performance.now()
    const answer = assertAnswer(await logIn(bank, name, WRONG), 401, 'invalid_credentials')
    const milliseconds = performance.now() - since
    const headers = [...answer.headers].filter(([header]) => !/^(date|x-request-id|server-timing)$/.test(header))
    answers.add(JSON.stringify([answer.body, headers]))
    return milliseconds
  }
  // One after the other, in turns: whatever else the machine does meets both alike.
  const ratios = []
  for (let pair = 0; pair < 15; pair += 1) {
    const wrongFirst = pair % 2 === 0
    const first = await timed(wrongFirst ? username : 'nobody-of-this-name')
    const second = await timed(wrongFirst ? 'nobody-of-this-name' : username)
    ratios.push(wrongFirst ? first / second : second / first)
  }
  assert.equal(answers.size, 1, [...answers].join('\n'))
  const ratio = median(ratios)
  t.diagnostic(`a wrong password takes ${ratio.toFixed(2)} times as long as an unknown username, median of 15 pairs`)
  // Without its hash one of them would be several times faster.
  assert.ok(ratio > 1 / 2 && ratio < 2, `ratios ${ratios.map((one) => one.toFixed(2))}`)
})

const NARROW = { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '2' }

/** Ten sign-ins at once where one hash is computed and two may wait, again and again until one of them has no place. */
const crowdUntilRefused = (at, username, password) =>
  until(
    () => Promise.all(Array.from({ length: 10 }, () => logIn(at, username, password))),
    (answers) => answers.some(({ status }) => status === 503),
    { what: 'a sign-in that has no place in the queue' },
  )

test('more sign-ins at once than may wait are told to come back, the others succeed, and the process answers', async (t) => {
  const narrow = await world.startHere('bank', { env: NARROW })
  t.after(() => narrow.stop())
  const { username, password } = await register(bank)
  const answering = crowdUntilRefused(narrow, username, password)
  assertAnswer(await call(narrow, 'GET', '/healthz'), 200)
  const answers = await answering
  const refused = answers.filter(({ status }) => status === 503)
  const signedIn = answers.filter(({ status }) => status === 200)
  t.diagnostic(`${signedIn.length} signed in, ${refused.length} told to wait`)
  assert.equal(refused.length + signedIn.length, 10, answers.map(({ status }) => status).join(' '))
  // One is computed and two wait; who comes when they are through is taken too.
  assert.ok(signedIn.length >= 3, `${signedIn.length} signed in`)
  for (const answer of refused) {
    assertAnswer(answer, 503, 'unavailable')
    assert.match(answer.headers.get('retry-after'), /^\d+$/)
    assert.deepEqual(answer.cookies, {})
  }
  for (const { cookies } of signedIn) assert.ok(cookies.signet_token.value)
  assertAnswer(await logIn(narrow, username, password), 200)

  // Each costs a hash: with none, all ten would be answered 401.
  for (const name of [username, 'nobody-of-this-name']) {
    const statuses = (await crowdUntilRefused(narrow, name, WRONG)).map(({ status }) => status)
    assert.deepEqual([...new Set(statuses)].sort(), [401, 503], name)
  }
})

test('whoever leaves before their turn costs no hash, keeps nobody waiting, and is signed in nowhere', async (t) => {
  const patient = await world.startHere('bank', { env: { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '60' } })
  t.after(() => patient.stop())
  const { username, password } = await register(bank)
  const user = await world.db.user.findUniqueOrThrow({ where: { username } })
  const signIns = () => world.db.session.count({ where: { userId: user.id } })
  const before = await signIns()
  const metric = async (line) =>
    Number(new RegExp(`^${line} (\\d+)$`, 'm').exec((await call(patient, 'GET', '/metrics')).body)?.[1])
  const waiting = () => metric('password_hashes_waiting\\{[^}]*\\}')
  const ended = (outcome) => metric(`sign_ins_total\\{(?=[^}]*outcome="${outcome}")[^}]*\\}`)

  const CROWD = 50
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
  const queued = await until(waiting, (count) => count >= 20, { everyMilliseconds: 10, what: 'a queue' })
  leaving.abort()
  const left = (await Promise.all(leavers)).filter((how) => how === 'left').length
  assertAnswer(await logIn(patient, username, password), 200)
  // Those before them in the queue are signed in whether they are there or not, and nobody else.
  const end = await until(
    async () => ({
      accepted: await ended('accepted'),
      passedOver: await ended('left'),
      signedIn: (await signIns()) - before,
    }),
    ({ accepted, passedOver, signedIn }) => accepted === signedIn && accepted + passedOver > queued,
    { what: 'the end of those who were in the queue' },
  )
  t.diagnostic(`${left} of ${CROWD} left, ${end.passedOver} of them before their turn`)
  assert.ok(end.passedOver > 0, JSON.stringify(end))
  assert.deepEqual([await waiting(), await ended('unavailable')], [0, 0])
})
