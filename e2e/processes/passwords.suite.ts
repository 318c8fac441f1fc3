// Sign-in: timing must not reveal usernames, and a crowd must not block the bank.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import { assertResponse, call, median, register, tokensIn } from './requests.js'
import type { Target } from './services.js'
import { bank, world } from './shared-world.js'

const logIn = (at: Target, username: string, password: string) =>
  call(at, 'POST', '/api/login', { body: { username, password } })
const WRONG = 'not the password at all'

test('a wrong password and an unknown username get the same response in the same time', async (t) => {
  const { username } = await register(bank)
  const responses = new Set<string>()
  const timed = async (name: string) => {
    const since = performance.now()
    const response = assertResponse(await logIn(bank, name, WRONG), 401, 'invalid_credentials')
    const milliseconds = performance.now() - since
    const headers = [...response.headers].filter(([header]) => !/^(date|x-request-id|server-timing)$/.test(header))
    responses.add(JSON.stringify([response.body, headers]))
    return milliseconds
  }
  // Sequential and alternating, so that other load affects both alike.
  const ratios: number[] = []
  for (let pair = 0; pair < 15; pair += 1) {
    const wrongFirst = pair % 2 === 0
    const first = await timed(wrongFirst ? username : 'nobody-of-this-name')
    const second = await timed(wrongFirst ? 'nobody-of-this-name' : username)
    ratios.push(wrongFirst ? first / second : second / first)
  }
  assert.equal(responses.size, 1, [...responses].join('\n'))
  const ratio = median(ratios)
  t.diagnostic(`a wrong password takes ${ratio.toFixed(2)} times as long as an unknown username, median of 15 pairs`)
  // Without a hash one of them would be several times faster.
  assert.ok(ratio > 1 / 2 && ratio < 2, `ratios ${ratios.map((one) => one.toFixed(2))}`)
})

const NARROW = { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '2' }

/** Sends ten concurrent logins to a bank that computes one hash and queues two, until one finds the queue full. */
const crowdUntilRefused = (at: Target, username: string, password: string) =>
  until(
    () => Promise.all(Array.from({ length: 10 }, () => logIn(at, username, password))),
    (responses) => responses.some(({ status }) => status === 503),
    { what: 'a login that finds the queue full' },
  )

test('logins beyond the queue get 503, the others succeed, and the process stays responsive', async (t) => {
  const narrow = await world.startHere('bank', { env: NARROW })
  t.after(() => narrow.stop())
  const { username, password } = await register(bank)
  const answering = crowdUntilRefused(narrow, username, password)
  assertResponse(await call(narrow, 'GET', '/healthz'), 200)
  const responses = await answering
  const refused = responses.filter(({ status }) => status === 503)
  const signedIn = responses.filter(({ status }) => status === 200)
  t.diagnostic(`${signedIn.length} signed in, ${refused.length} refused`)
  assert.equal(refused.length + signedIn.length, 10, responses.map(({ status }) => status).join(' '))
  // One is hashed and two wait. Later ones may take their places.
  assert.ok(signedIn.length >= 3, `${signedIn.length} signed in`)
  for (const response of refused) {
    assertResponse(response, 503, 'unavailable')
    assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
    assert.deepEqual(response.cookies, {})
  }
  for (const response of signedIn) assert.ok(tokensIn(response).token.value)
  assertResponse(await logIn(narrow, username, password), 200)

  // Each costs a hash: without it, all ten would get 401.
  for (const name of [username, 'nobody-of-this-name']) {
    const statuses = (await crowdUntilRefused(narrow, name, WRONG)).map(({ status }) => status)
    assert.deepEqual([...new Set(statuses)].sort(), [401, 503], name)
  }
})

test('disconnected clients leave the login queue before hashing, delay no other client and get no session', async (t) => {
  const patient = await world.startHere('bank', { env: { LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '60' } })
  t.after(() => patient.stop())
  const { username, password } = await register(bank)
  const user = await world.db.user.findUniqueOrThrow({ where: { username } })
  const signIns = () => world.db.session.count({ where: { userId: user.id } })
  const before = await signIns()
  const metric = async (line: string) => {
    const { text } = await call(patient, 'GET', '/metrics')
    return Number(new RegExp(`^${line} (\\d+)$`, 'm').exec(text)?.[1])
  }
  const waiting = () => metric('password_hashes_waiting\\{[^}]*\\}')
  const ended = (outcome: string) => metric(`sign_ins_total\\{(?=[^}]*outcome="${outcome}")[^}]*\\}`)

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
  assertResponse(await logIn(patient, username, password), 200)
  // Logins that were already hashing create sessions, whether their client is connected or not. No other does.
  const end = await until(
    async () => ({
      accepted: await ended('accepted'),
      passedOver: await ended('left'),
      signedIn: (await signIns()) - before,
    }),
    ({ accepted, passedOver, signedIn }) => accepted === signedIn && accepted + passedOver > queued,
    { what: 'the queue to be empty' },
  )
  t.diagnostic(`${left} of ${CROWD} left, ${end.passedOver} of them before their turn`)
  assert.ok(end.passedOver > 0, JSON.stringify(end))
  assert.deepEqual([await waiting(), await ended('unavailable')], [0, 0])
})
