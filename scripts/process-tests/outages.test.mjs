// The bank, or PostgreSQL, is away for a while: who is signed in goes on, and nobody is thrown out.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertAnswer, call, me, ms, register, renew, signOut, until, untilRefused } from './requests.mjs'
import { openWorld } from './world.mjs'

const world = await openWorld()
after(() => world.close())
// Retirement knows the first bank alone.
const [firstBank, otherBank, retirement, strictRetirement] = await Promise.all([
  world.start('bank', { port: world.ports.bank }),
  world.start('bank'),
  world.start('retirement', { port: world.ports.retirement }),
  world.start('retirement', { env: { REVOCATION_MAX_AGE: '2' } }),
])
let bank = firstBank

const ageOfList = async (service) => {
  const { data } = assertAnswer(await call(service, 'GET', '/readyz'), 200).body
  const [, seconds] = /^(\d+\.\d) s old$/.exec(data['status lists']) ?? assert.fail(JSON.stringify(data))
  return Number(seconds)
}

/** Asks until the answer is 503, during which it may only be 200 before; returns how long that took. */
async function untilUnavailable(service, token, withinMs) {
  const { answer, ms: delay } = await until(
    () => me(service, token),
    ({ status }) => status !== 200,
    { withinMs, everyMs: 50, what: '503' },
  )
  assertAnswer(answer, 503, 'unavailable')
  assert.match(answer.headers.get('retry-after'), /^\d+$/)
  assert.deepEqual(answer.cookies, {})
  return delay
}

/** Asks until the answer is 200 again; a 401 on the way is somebody thrown out. */
async function untilServed(ask, withinMs) {
  const { answer, ms: delay } = await until(ask, ({ status }) => status !== 503, { withinMs, what: '200' })
  assertAnswer(answer, 200)
  return delay
}

test('while the bank that retirement asks is down people go on there, nobody half signs out, and its coming back mends all', async (t) => {
  const person = await register(bank)
  const leaver = await register(bank)
  const gone = await register(bank)
  for (const service of [otherBank, retirement, strictRetirement]) {
    for (const { token } of [person, leaver, gone]) assertAnswer(await me(service, token), 200)
  }
  assert.ok((await ageOfList(retirement)) < 2)

  await bank.stop('SIGKILL')
  const strictDelay = await untilUnavailable(strictRetirement, person.token, 5_000)
  t.diagnostic(`with REVOCATION_MAX_AGE=2 the first 503 came ${ms(strictDelay)} after the bank had gone`)
  assert.ok(strictDelay > 500, 'relied on for REVOCATION_MAX_AGE')
  assertAnswer(await call(strictRetirement, 'GET', '/readyz'), 503, 'unavailable')
  assertAnswer(await call(strictRetirement, 'GET', '/healthz'), 200)

  for (const { token } of [person, leaver]) assertAnswer(await me(retirement, token), 200)
  assertAnswer(await call(retirement, 'GET', '/api/plan', person), 200)
  const { answer: age } = await until(
    () => ageOfList(retirement),
    (seconds) => seconds >= 2,
    { withinMs: 3_000, what: 'an age of two seconds' },
  )
  t.diagnostic(`/readyz: the list is ${age} s old`)
  const metric = (await call(retirement, 'GET', '/metrics')).body
  assert.ok(Number(/^status_list_age_seconds\{[^}]*\} ([\d.]+)$/m.exec(metric)[1]) >= age - 0.05, 'up to rounding')
  assert.ok(Number(/^status_list_failures_total\{[^}]*\} (\d+)$/m.exec(metric)[1]) >= 1)

  const refused = assertAnswer(await signOut(retirement, { token: leaver.token }), 503, 'unavailable')
  assert.deepEqual(refused.cookies, {})
  assert.match(refused.headers.get('retry-after'), /^\d+$/)
  assertAnswer(await me(retirement, leaver.token), 200)

  assertAnswer(await signOut(otherBank, gone), 200)
  await untilRefused([otherBank], gone.token)
  assertAnswer(await me(retirement, gone.token), 200)

  bank = await world.start('bank', { port: world.ports.bank })
  const [knownDelay] = await untilRefused([retirement], gone.token)
  t.diagnostic(`a sign-out at another bank meanwhile is known ${ms(knownDelay)} after the bank was back`)
  const backDelay = await untilServed(() => me(strictRetirement, person.token), 3_000)
  t.diagnostic(
    `200 again where the list had been too old, ${ms(knownDelay + backDelay)} after the bank was back at most`,
  )
  for (const { token } of [person, leaver]) {
    for (const service of [bank, retirement, strictRetirement]) assertAnswer(await me(service, token), 200)
  }
  assertAnswer(await call(strictRetirement, 'GET', '/readyz'), 200)
  assert.ok((await ageOfList(retirement)) < 2)

  assertAnswer(await signOut(retirement, { token: leaver.token }), 200)
  await untilRefused([bank, retirement, strictRetirement], leaver.token)
  for (const service of [bank, retirement, strictRetirement]) assertAnswer(await me(service, person.token), 200)
  assertAnswer(await renew(bank, person.refresh), 200)
})

test('while PostgreSQL is down tokens go on at both apps for REVOCATION_MAX_AGE and renewals wait with their cookies', async (t) => {
  const person = await register(bank)
  for (const service of [bank, retirement, strictRetirement]) await untilServed(() => me(service, person.token), 3_000)

  await world.stopPostgres()
  for (let round = 0; round < 5; round += 1) {
    for (const service of [bank, retirement]) assertAnswer(await me(service, person.token), 200)
    const since = performance.now()
    const refused = assertAnswer(await renew(bank, person.refresh), 503, 'unavailable')
    assert.deepEqual(refused.cookies, {})
    if (round === 0) t.diagnostic(`a renewal is refused after ${ms(performance.now() - since)}`)
  }
  for (const service of [bank, retirement]) {
    const answer = assertAnswer(await signOut(service, { token: person.token }), 503, 'unavailable')
    assert.deepEqual(answer.cookies, {})
    assertAnswer(await call(service, 'GET', '/readyz'), 503, 'unavailable')
    assertAnswer(await call(service, 'GET', '/healthz'), 200)
  }
  const { username, password } = person
  const signIn = await call(bank, 'POST', '/api/login', { body: { username, password } })
  assert.deepEqual(assertAnswer(signIn, 503, 'unavailable').cookies, {})
  await untilUnavailable(strictRetirement, person.token, 5_000)
  for (const service of [bank, retirement]) assertAnswer(await me(service, person.token), 200)

  await world.startPostgres()
  const delay = await untilServed(() => renew(bank, person.refresh), 5_000)
  t.diagnostic(`the same refresh token renewed ${ms(delay)} after PostgreSQL was back`)
  await untilServed(() => me(strictRetirement, person.token), 3_000)
  for (const service of [bank, retirement]) {
    assertAnswer(await me(service, person.token), 200)
    await untilServed(() => call(service, 'GET', '/readyz'), 3_000)
  }
})
