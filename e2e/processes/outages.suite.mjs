// The bank, or PostgreSQL, is away for a while: who is signed in goes on, and nobody is signed out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import {
  killTheBank,
  otherBank,
  restartTheBank,
  retirement,
  strictRetirement,
  theBank,
  untilBanksAreReady,
  world,
} from './outage-world.mjs'
import { assertAnswer, call, me, register, renew, signOut, untilRefused, untilServed } from './requests.mjs'

const ageOfList = async (service) => {
  const { data } = assertAnswer(await call(service, 'GET', '/readyz'), 200).body
  const [, seconds] = /^(\d+\.\d) s old$/.exec(data['status lists']) ?? assert.fail(JSON.stringify(data))
  return Number(seconds)
}

/** Asks until the answer is 503; before, it may only be 200. */
async function untilUnavailable(service, token) {
  const answer = await until(
    () => me(service, token),
    ({ status }) => status !== 200,
    { what: '503' },
  )
  assertAnswer(answer, 503, 'unavailable')
  assert.match(answer.headers.get('retry-after'), /^\d+$/)
  assert.deepEqual(answer.cookies, {})
}

const metricOf = async (service, name) => {
  const { body } = await call(service, 'GET', '/metrics')
  return Number(new RegExp(`^${name}\\{[^}]*\\} ([\\d.]+)$`, 'm').exec(body)[1])
}

test('while the bank that retirement asks is down people go on there, nobody half signs out, and its coming back mends all', async () => {
  await untilBanksAreReady()
  const [person, leaver, gone] = await Promise.all(Array.from({ length: 3 }, () => register(theBank())))
  for (const service of [otherBank, retirement, strictRetirement]) {
    for (const { token } of [person, leaver, gone]) await untilServed(() => me(service, token))
  }

  await killTheBank()
  await untilUnavailable(strictRetirement, person.token)
  assertAnswer(await call(strictRetirement, 'GET', '/readyz'), 503, 'unavailable')
  assertAnswer(await call(strictRetirement, 'GET', '/healthz'), 200)

  for (const { token } of [person, leaver]) assertAnswer(await me(retirement, token), 200)
  assertAnswer(await call(retirement, 'GET', '/api/plan', person), 200)
  const age = await until(
    () => ageOfList(retirement),
    (seconds) => seconds >= 2,
    { what: 'an age of two seconds' },
  )
  assert.ok((await metricOf(retirement, 'status_list_age_seconds')) >= age - 0.05, 'up to rounding')
  await until(
    () => metricOf(retirement, 'status_list_failures_total'),
    (failures) => failures >= 1,
    { what: 'a failure that is counted' },
  )

  const refused = assertAnswer(await signOut(retirement, { token: leaver.token }), 503, 'unavailable')
  assert.deepEqual(refused.cookies, {})
  assert.match(refused.headers.get('retry-after'), /^\d+$/)
  assertAnswer(await me(retirement, leaver.token), 200)

  assertAnswer(await signOut(otherBank, gone), 200)
  await untilRefused([otherBank], gone.token)
  assertAnswer(await me(retirement, gone.token), 200)

  await restartTheBank()
  await untilRefused([retirement], gone.token)
  for (const { token } of [person, leaver]) {
    for (const service of [theBank(), retirement, strictRetirement]) await untilServed(() => me(service, token))
  }
  await untilServed(() => call(strictRetirement, 'GET', '/readyz'))
  await until(
    () => ageOfList(retirement),
    (seconds) => seconds < 2,
    { what: 'a young list' },
  )

  assertAnswer(await signOut(retirement, { token: leaver.token }), 200)
  await untilRefused([theBank(), retirement], leaver.token)
  await until(
    () => me(strictRetirement, leaver.token),
    ({ status }) => status === 401,
    { what: 'the refusal' },
  )
  for (const service of [theBank(), retirement, strictRetirement]) await untilServed(() => me(service, person.token))
  assertAnswer(await renew(theBank(), person.refresh), 200)
})

test('while PostgreSQL is down tokens go on at both apps for REVOCATION_MAX_AGE and renewals wait with their cookies', async () => {
  await untilBanksAreReady()
  const bank = theBank()
  const person = await register(bank)
  for (const service of [bank, retirement, strictRetirement]) await untilServed(() => me(service, person.token))

  await world.stopPostgres()
  for (let round = 0; round < 5; round += 1) {
    for (const service of [bank, retirement]) assertAnswer(await me(service, person.token), 200)
    const refused = assertAnswer(await renew(bank, person.refresh), 503, 'unavailable')
    assert.deepEqual(refused.cookies, {})
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
  await untilUnavailable(strictRetirement, person.token)
  for (const service of [bank, retirement]) assertAnswer(await me(service, person.token), 200)

  await world.startPostgres()
  await untilServed(() => renew(bank, person.refresh))
  await untilServed(() => me(strictRetirement, person.token))
  for (const service of [bank, retirement]) {
    assertAnswer(await me(service, person.token), 200)
    await untilServed(() => call(service, 'GET', '/readyz'))
  }
})
