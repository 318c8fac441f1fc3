// Renews sessions across processes: no user is signed out, and no session outlives its lifetimes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import { startLossyProxy } from './lossy-proxy.js'
import {
  type ApiResponse,
  assertResponse,
  call,
  claimsOf,
  me,
  register,
  renew,
  signIn,
  tokensIn,
  untilRefused,
} from './requests.js'
import type { Target } from './services.js'
import { bank, everywhere, otherBank, retirement, world } from './shared-world.js'

/** Moves the last two renewals of a session into the past. */
const longAgo = (token: string, seconds: number) =>
  world.db.$executeRaw`
    UPDATE sessions SET rotated_at = rotated_at - ${seconds} * interval '1 second',
      previously_rotated_at = previously_rotated_at - ${seconds} * interval '1 second' WHERE id = ${claimsOf(token).sid}::uuid`

/** Renews a session, asserts success and returns both tokens. */
async function renewed(at: Target, renewedWith: string) {
  const { token, refresh } = tokensIn(assertResponse(await renew(at, renewedWith), 200))
  return { token: token.value, refresh: refresh.value }
}

test('a hundred concurrent renewals of one refresh token at two banks get the same successor', async () => {
  const first = await register(bank)
  const responses = await Promise.all(
    Array.from({ length: 100 }, (_, index) => renew(index % 2 === 0 ? bank : otherBank, first.refresh)),
  )

  const statuses = responses.map(({ status }) => status)
  assert.deepEqual(statuses, Array(100).fill(200))
  const successors = new Set(responses.map(({ cookies }) => cookies.signet_refresh?.value))
  assert.equal(successors.size, 1)
  const [successor] = successors
  assert.ok(successor)
  assert.notEqual(successor, first.refresh)
  for (const response of responses) {
    const { token } = tokensIn(response)
    assert.ok(token.value)
    assert.equal(Date.parse(response.body.data.expiresAt), claimsOf(token.value).exp * 1000)
  }
  const tokens = responses.filter((_, index) => index % 20 < 2).map((response) => tokensIn(response).token.value)
  for (const token of tokens) for (const service of everywhere) assertResponse(await me(service, token), 200)

  for (const at of [bank, otherBank]) assert.equal((await renewed(at, first.refresh)).refresh, successor)
  assert.notEqual((await renewed(bank, successor)).refresh, successor)
})

test('a refresh token two generations old gets its successor for ten seconds, then revokes the session everywhere', async () => {
  const first = await register(bank)
  const second = await renewed(bank, first.refresh)
  const third = await renewed(otherBank, second.refresh)
  await longAgo(first.token, -60)
  assert.equal((await renewed(bank, first.refresh)).refresh, second.refresh)
  for (const service of everywhere) assertResponse(await me(service, third.token), 200)

  await longAgo(first.token, 60 + 11)
  const refused = assertResponse(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/)
  assert.deepEqual(refused.cookies.signet_refresh, { value: '', maxAge: 0 })
  assert.deepEqual(refused.cookies.signet_token, { value: '', maxAge: 0 })
  for (const at of [bank, otherBank]) {
    for (const { refresh } of [first, second, third]) assertResponse(await renew(at, refresh), 401, 'token_revoked')
  }
  await Promise.all([first, second, third].map(({ token }) => untilRefused(everywhere, token)))
})

test('a superseded refresh token revokes the session everywhere after a minute', async () => {
  const first = await register(bank)
  const second = await renewed(bank, first.refresh)
  await longAgo(first.token, 61)
  assertResponse(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assertResponse(await renew(bank, second.refresh), 401, 'token_revoked')
  await Promise.all([first, second].map(({ token }) => untilRefused(everywhere, token)))
})

test('a refresh token three generations old revokes the session at once', async () => {
  const first = await register(bank)
  let newest: { readonly refresh: string } = first
  for (let generation = 0; generation < 3; generation += 1) newest = await renewed(bank, newest.refresh)
  assertResponse(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assertResponse(await renew(bank, newest.refresh), 401, 'token_revoked')
})

test('a stolen refresh token revokes its session and no other session of the user', async () => {
  const stolen = await register(bank)
  const other = await signIn(bank, stolen)
  await renewed(bank, (await renewed(bank, stolen.refresh)).refresh)
  await longAgo(stolen.token, 11)
  assertResponse(await renew(bank, stolen.refresh), 401, 'token_revoked')
  await untilRefused(everywhere, stolen.token)
  for (const service of everywhere) assertResponse(await me(service, other.token), 200)
  await renewed(otherBank, other.refresh)
})

test('a changed refresh token is refused and revokes no session', async () => {
  const { refresh } = await register(bank)
  const [kid, sid, , mac] = refresh.split(':')
  for (const forged of [`${kid}:${sid}:1:${mac}`, `${kid}:${crypto.randomUUID()}:0:${mac}`, `other:${sid}:0:${mac}`]) {
    assertResponse(await renew(bank, forged), 401, 'token_signature_invalid')
  }
  assertResponse(await renew(bank, refresh.slice(0, -1)), 401, 'token_malformed')
  assertResponse(await renew(bank, `${refresh}=`), 401, 'token_malformed')
  assertResponse(await call(bank, 'POST', '/api/token/refresh'), 401, 'token_missing')
  await renewed(otherBank, refresh)
})

/** Moves the start or the last use of a session into the past. Returns its new end in epoch seconds. */
const age = async (token: string, { lifeBySeconds = 0, useBySeconds = 0 }) => {
  const [row] = await world.db.$queryRaw<{ endsAt: number }[]>`
    UPDATE sessions SET expires_at = expires_at - ${lifeBySeconds} * interval '1 second',
      last_seen_at = last_seen_at - ${useBySeconds} * interval '1 second'
    WHERE id = ${claimsOf(token).sid}::uuid RETURNING floor(extract(epoch FROM expires_at))::int AS "endsAt"`
  assert.ok(row)
  return row.endsAt
}

test('a renewed session keeps its id and auth_time, and never outlives SESSION_TTL', async () => {
  const first = await register(bank)
  const begun = claimsOf(first.token)
  let { refresh } = first
  // 43200 s and 300 s are the defaults of SESSION_TTL and ACCESS_TOKEN_TTL. The last token would outlive the session.
  for (const lifeBySeconds of [0, 43_200 - 250]) {
    const endsAt = await age(first.token, { lifeBySeconds })
    for (const at of [bank, otherBank]) {
      const renewal = tokensIn(assertResponse(await renew(at, refresh), 200))
      const { sid, auth_time, amr, iat, exp } = claimsOf(renewal.token.value)
      assert.deepEqual({ sid, auth_time, amr }, { sid: begun.sid, auth_time: begun.auth_time, amr: begun.amr })
      assert.equal(exp, Math.min(iat + 300, endsAt))
      for (const { maxAge } of [renewal.token, renewal.refresh]) {
        // The cookie's lifetime is computed a moment before the token is signed.
        assert.ok(maxAge === endsAt - iat || maxAge === endsAt - iat + 1, `Max-Age ${maxAge} at ${endsAt - iat} s left`)
      }
      refresh = renewal.refresh.value
    }
  }
  await age(first.token, { lifeBySeconds: 250 })
  for (const at of [bank, otherBank]) {
    const over = assertResponse(await renew(at, refresh), 401, 'token_expired')
    assert.equal(over.cookies.signet_refresh?.maxAge, 0)
  }
})

test('an unused session expires after SESSION_IDLE_TTL, and a used one does not', async () => {
  const unused = await register(bank)
  const used = await signIn(bank, unused)
  for (const { token } of [unused, used]) await age(token, { useBySeconds: 1_800 })
  const { refresh } = await renewed(otherBank, used.refresh)
  for (const { token } of [unused, used]) await age(token, { useBySeconds: 1_800 })
  assertResponse(await renew(bank, unused.refresh), 401, 'token_expired')
  await renewed(bank, refresh)
})

test('another bank repeats the renewals whose responses a killed bank lost, and no user is signed out', async (t) => {
  const mortal = await world.start('bank')
  const lossy = await startLossyProxy(mortal)
  t.after(lossy.close)
  const person = await register(bank)
  const signIns = await Promise.all(Array.from({ length: 24 }, () => signIn(bank, person)))
  const sids = signIns.map(({ token }) => claimsOf(token).sid)
  // The proxy drops every other response.
  const isLost = (index: number) => index % 2 === 0
  const renewedSids = async () => {
    const rows = await world.db.session.findMany({ where: { id: { in: sids }, generation: 1 }, select: { id: true } })
    return new Set(rows.map(({ id }) => id))
  }
  const lostOf = (committed: ReadonlySet<string>) =>
    sids.filter((sid, index) => isLost(index) && committed.has(sid)).length

  const underWay = Promise.allSettled(
    signIns.map(({ refresh }, index) => renew(isLost(index) ? lossy : mortal, refresh)),
  )
  await until(renewedSids, (committed) => lostOf(committed) >= 5, { everyMilliseconds: 5, what: 'five lost responses' })
  await mortal.stop('SIGKILL')
  const outcomes = await underWay
  const responseOf = (outcome?: PromiseSettledResult<ApiResponse>) =>
    outcome?.status === 'fulfilled' ? outcome.value : undefined
  const answered = outcomes.filter(({ status }) => status === 'fulfilled').length
  t.diagnostic(`of 24: ${answered} answered, ${lostOf(await renewedSids())} committed and lost`)
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') assertResponse(outcome.value, 200)

  const again = await Promise.all(signIns.map(({ refresh }) => renew(bank, refresh)))
  const successors = again.map((response) => tokensIn(assertResponse(response, 200)))
  for (const [index, { token, refresh }] of successors.entries()) {
    assert.equal(claimsOf(token.value).sid, sids[index])
    assert.equal(refresh.value.split(':')[2], '1')
    assertResponse(await me(retirement, token.value), 200)
    const given = responseOf(outcomes[index])?.cookies.signet_refresh?.value
    if (given !== undefined) assert.equal(refresh.value, given)
  }
  const onward = await Promise.all(successors.map(({ refresh }) => renew(bank, refresh.value)))
  for (const response of onward) assertResponse(response, 200)
  assert.equal(await world.db.session.count({ where: { id: { in: sids }, endedAt: { not: null } } }), 0)
})
