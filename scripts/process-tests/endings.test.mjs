// Whatever ends a sign-in ends it at every process within two seconds, and no other sign-in.
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  assertAnswer,
  call,
  claimsOf,
  me,
  median,
  ms,
  register,
  renew,
  signIn,
  signOut,
  untilRefused,
} from './requests.mjs'
import { assertNoSecretInLogs, openThreeProcesses } from './three-processes.mjs'

const { world, bank, otherBank, retirement, everywhere } = await openThreeProcesses()
after(() => world.close())

/** Lists are renewed every second: sign-outs this far apart meet every part of it. */
const APART_MS = 170

/** A dozen sign-outs at `place`, each timed from being asked for until a process refuses its token, for every process. */
async function measureSignOuts(t, place, cookiesOf) {
  const person = await register(bank)
  const signIns = await Promise.all(Array.from({ length: 12 }, () => signIn(bank, person)))
  for (const { token } of signIns) {
    for (const service of everywhere) assertAnswer(await me(service, token), 200)
  }
  const delays = await Promise.all(
    signIns.map(async (one, index) => {
      await wait(index * APART_MS)
      const since = performance.now()
      const answer = assertAnswer(await signOut(place, cookiesOf(one)), 200)
      const refusals = untilRefused(everywhere, one.token, { everyMs: 50 })
      const answeredMs = performance.now() - since
      assert.deepEqual(answer.cookies.signet_token, { value: '', maxAge: 0 })
      for (const at of [bank, otherBank]) assertAnswer(await renew(at, one.refresh), 401, 'token_revoked')
      return (await refusals).map((delay) => answeredMs + delay)
    }),
  )
  const all = delays.flat()
  const slowest = Math.max(...all)
  t.diagnostic(`12 sign-outs, each at 3 processes: median ${ms(median(all))}, slowest ${ms(slowest)}`)
  assert.ok(slowest < 2_000, `slowest ${slowest} ms`)
  assert.ok(median(all) < 1_000, `median ${median(all)} ms`)
  assertAnswer(await me(retirement, person.token), 200)
}

test('a sign-out at one bank is known at the other bank and at retirement within two seconds', (t) =>
  measureSignOuts(t, bank, ({ token, refresh }) => ({ token, refresh })))

test('a sign-out at retirement is known at both banks within two seconds', (t) =>
  measureSignOuts(t, retirement, ({ token }) => ({ token })))

describe('whatever ends a sign-in', { concurrency: true }, () => {
  test('a sign-out ends the tokens that were renewed earlier in the same sign-in too', async () => {
    const first = await register(bank)
    const second = assertAnswer(await renew(otherBank, first.refresh), 200).cookies.signet_token.value
    for (const service of everywhere) assertAnswer(await me(service, second), 200)
    assertAnswer(await signOut(retirement, { token: first.token }), 200)
    await Promise.all([first.token, second].map((token) => untilRefused(everywhere, token)))
  })

  test('with the refresh token alone a sign-out at the bank ends the sign-in, and a second sign-out is no failure', async () => {
    const { token, refresh } = await register(bank)
    for (const service of everywhere) assertAnswer(await me(service, token), 200)
    assertAnswer(await signOut(otherBank, { refresh }), 200)
    await untilRefused(everywhere, token)
    for (const service of everywhere) assertAnswer(await signOut(service, { token }), 200)
  })

  test('an expired token still ends its sign-in, at retirement as at the bank', async () => {
    const brief = await world.start('bank', { env: { ACCESS_TOKEN_TTL: '1' } })
    for (const place of [otherBank, retirement]) {
      const { token, refresh } = await register(brief)
      await wait(claimsOf(token).exp * 1000 - Date.now() + 5)
      assertAnswer(await me(place, token), 401, 'token_expired')
      assertAnswer(await signOut(place, { token }), 200)
      assertAnswer(await renew(bank, refresh), 401, 'token_revoked')
    }
    await brief.stop()
  })

  test('DELETE /api/sessions/:id ends that sign-in at every process and no other', async (t) => {
    const kept = await register(bank)
    const ended = await signIn(otherBank, kept)
    const stranger = await register(bank)
    for (const { token } of [kept, ended, stranger]) {
      for (const service of everywhere) assertAnswer(await me(service, token), 200)
    }
    const path = `/api/sessions/${claimsOf(ended.token).sid}`
    assertAnswer(await call(bank, 'DELETE', path, stranger), 404, 'not_found')
    assertAnswer(await renew(bank, ended.refresh), 200)

    const since = performance.now()
    assertAnswer(await call(bank, 'DELETE', path, kept), 200)
    await untilRefused(everywhere, ended.token)
    const delay = performance.now() - since
    t.diagnostic(`refused everywhere after ${ms(delay)}`)
    assert.ok(delay < 2_000, `${delay} ms`)
    assertAnswer(await renew(otherBank, ended.refresh), 401, 'token_revoked')
    for (const { token } of [kept, stranger]) {
      for (const service of everywhere) assertAnswer(await me(service, token), 200)
    }
  })

  test('DELETE /api/sessions ends every other sign-in of the person at every process', async (t) => {
    const current = await register(bank)
    const others = await Promise.all(Array.from({ length: 4 }, () => signIn(otherBank, current)))
    const stranger = await register(bank)
    for (const { token } of [current, ...others]) {
      for (const service of everywhere) assertAnswer(await me(service, token), 200)
    }
    const listed = assertAnswer(await call(bank, 'GET', '/api/sessions', current), 200).body.data
    assert.equal(listed.length, 5)
    assert.deepEqual(
      listed.filter((session) => session.current).map(({ id }) => id),
      [claimsOf(current.token).sid],
    )

    const since = performance.now()
    const answer = assertAnswer(await call(bank, 'DELETE', '/api/sessions', current), 200)
    assert.deepEqual(answer.body.data, { ended: 4 })
    await Promise.all(others.map(({ token }) => untilRefused(everywhere, token)))
    const delay = performance.now() - since
    t.diagnostic(`refused everywhere after ${ms(delay)}`)
    assert.ok(delay < 2_000, `${delay} ms`)
    for (const { token, refresh } of [current, stranger]) {
      for (const service of everywhere) assertAnswer(await me(service, token), 200)
      assertAnswer(await renew(otherBank, refresh), 200)
    }
  })
})

test('no log line holds a password, a secret, a refresh token or a whole JWT', () => assertNoSecretInLogs(world))
