// Outages of the bank and of PostgreSQL: active sessions continue, and no user is signed out.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import {
  killTheBank,
  otherBank,
  postgres,
  restartTheBank,
  retirement,
  strictRetirement,
  theBank,
  untilBanksAreReady,
} from './outage-world.js'
import { assertResponse, call, me, register, renew, signOut, untilRefused, untilServed } from './requests.js'
import type { Target } from './services.js'

const ageOfList = async (service: Target) => {
  const { data } = assertResponse(await call<Record<string, string>>(service, 'GET', '/readyz'), 200).body
  const [, seconds] = /^(\d+\.\d) s old$/.exec(data['status lists'] ?? '') ?? assert.fail(JSON.stringify(data))
  return Number(seconds)
}

/** Waits until the service responds 503. Until then it may only respond 200. */
async function untilUnavailable(service: Target, token: string): Promise<void> {
  const response = await until(
    () => me(service, token),
    ({ status }) => status !== 200,
    { what: '503' },
  )
  assertResponse(response, 503, 'unavailable')
  assert.match(response.headers.get('retry-after') ?? '', /^\d+$/)
  assert.deepEqual(response.cookies, {})
}

const metricOf = async (service: Target, name: string) => {
  const { text } = await call(service, 'GET', '/metrics')
  return Number(new RegExp(`^${name}\\{[^}]*\\} ([\\d.]+)$`, 'm').exec(text)?.[1])
}

test('while the bank is down retirement serves active sessions, no sign-out is partial, and all recovers with the bank', async () => {
  await untilBanksAreReady()
  const [person, leaver, gone] = await Promise.all([register(theBank()), register(theBank()), register(theBank())])
  for (const service of [otherBank, retirement, strictRetirement]) {
    for (const { token } of [person, leaver, gone]) await untilServed(() => me(service, token))
  }

  await killTheBank()
  await untilUnavailable(strictRetirement, person.token)
  assertResponse(await call(strictRetirement, 'GET', '/readyz'), 503, 'unavailable')
  assertResponse(await call(strictRetirement, 'GET', '/healthz'), 200)

  for (const { token } of [person, leaver]) assertResponse(await me(retirement, token), 200)
  assertResponse(await call(retirement, 'GET', '/api/plan', person), 200)
  const age = await until(
    () => ageOfList(retirement),
    (seconds) => seconds >= 2,
    { what: 'an age of two seconds' },
  )
  assert.ok((await metricOf(retirement, 'status_list_age_seconds')) >= age - 0.05, 'up to rounding')
  await until(
    () => metricOf(retirement, 'status_list_failures_total'),
    (failures) => failures >= 1,
    { what: 'a counted failure' },
  )

  const refused = assertResponse(await signOut(retirement, { token: leaver.token }), 503, 'unavailable')
  assert.deepEqual(refused.cookies, {})
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  assertResponse(await me(retirement, leaver.token), 200)

  assertResponse(await signOut(otherBank, gone), 200)
  await untilRefused([otherBank], gone.token)
  assertResponse(await me(retirement, gone.token), 200)

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

  assertResponse(await signOut(retirement, { token: leaver.token }), 200)
  await untilRefused([theBank(), retirement], leaver.token)
  await until(
    () => me(strictRetirement, leaver.token),
    ({ status }) => status === 401,
    { what: 'the refusal' },
  )
  for (const service of [theBank(), retirement, strictRetirement]) await untilServed(() => me(service, person.token))
  assertResponse(await renew(theBank(), person.refresh), 200)
})

test('while PostgreSQL is down both apps accept tokens for REVOCATION_MAX_AGE, and failed renewals keep their cookies', async () => {
  await untilBanksAreReady()
  const bank = theBank()
  const person = await register(bank)
  for (const service of [bank, retirement, strictRetirement]) await untilServed(() => me(service, person.token))

  await postgres.stop()
  for (let round = 0; round < 5; round += 1) {
    for (const service of [bank, retirement]) assertResponse(await me(service, person.token), 200)
    const refused = assertResponse(await renew(bank, person.refresh), 503, 'unavailable')
    assert.deepEqual(refused.cookies, {})
  }
  for (const service of [bank, retirement]) {
    const response = assertResponse(await signOut(service, { token: person.token }), 503, 'unavailable')
    assert.deepEqual(response.cookies, {})
    assertResponse(await call(service, 'GET', '/readyz'), 503, 'unavailable')
    assertResponse(await call(service, 'GET', '/healthz'), 200)
  }
  const { username, password } = person
  const signIn = await call(bank, 'POST', '/api/login', { body: { username, password } })
  assert.deepEqual(assertResponse(signIn, 503, 'unavailable').cookies, {})
  await untilUnavailable(strictRetirement, person.token)
  for (const service of [bank, retirement]) assertResponse(await me(service, person.token), 200)

  await postgres.start()
  await untilServed(() => renew(bank, person.refresh))
  await untilServed(() => me(strictRetirement, person.token))
  for (const service of [bank, retirement]) {
    assertResponse(await me(service, person.token), 200)
    await untilServed(() => call(service, 'GET', '/readyz'))
  }
})
