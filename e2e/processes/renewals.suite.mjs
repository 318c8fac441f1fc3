// A session is renewed over several processes without anybody being signed out, and not beyond its lifetimes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '@signet/testing'
import { startLossyProxy } from './lossy-proxy.mjs'
import { assertAnswer, call, claimsOf, me, register, renew, signIn, untilRefused } from './requests.mjs'
import { bank, everywhere, otherBank, retirement, world } from './shared-world.mjs'

/** As if the last renewal had been that much longer ago. */
const longAgo = (token, seconds) =>
  world.db.$executeRaw`
    UPDATE sessions SET rotated_at = rotated_at - ${seconds} * interval '1 second',
      previously_rotated_at = previously_rotated_at - ${seconds} * interval '1 second' WHERE id = ${claimsOf(token).sid}::uuid`

/** The tokens of a renewal that has to succeed. */
async function renewed(at, refresh) {
  const { cookies } = assertAnswer(await renew(at, refresh), 200)
  return { token: cookies.signet_token.value, refresh: cookies.signet_refresh.value }
}

test('a hundred renewals at once with one refresh token, over two banks, all get the same successor', async () => {
  const first = await register(bank)
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => renew(index % 2 === 0 ? bank : otherBank, first.refresh)),
  )

  const statuses = answers.map(({ status }) => status)
  assert.deepEqual(statuses, Array(100).fill(200))
  const successors = new Set(answers.map(({ cookies }) => cookies.signet_refresh?.value))
  assert.equal(successors.size, 1)
  const [successor] = successors
  assert.ok(successor)
  assert.notEqual(successor, first.refresh)
  for (const { cookies, body } of answers) {
    assert.ok(cookies.signet_token.value)
    assert.equal(Date.parse(body.data.expiresAt), claimsOf(cookies.signet_token.value).exp * 1000)
  }
  const tokens = answers.filter((_, index) => index % 20 < 2).map(({ cookies }) => cookies.signet_token.value)
  for (const token of tokens) for (const service of everywhere) assertAnswer(await me(service, token), 200)

  for (const at of [bank, otherBank]) assert.equal((await renewed(at, first.refresh)).refresh, successor)
  assert.notEqual((await renewed(bank, successor)).refresh, successor)
})

test('a refresh token two generations old gets its successor for ten seconds, then it ends the sign-in everywhere', async () => {
  const first = await register(bank)
  const second = await renewed(bank, first.refresh)
  const third = await renewed(otherBank, second.refresh)
  await longAgo(first.token, -60)
  assert.equal((await renewed(bank, first.refresh)).refresh, second.refresh)
  for (const service of everywhere) assertAnswer(await me(service, third.token), 200)

  await longAgo(first.token, 60 + 11)
  const refused = assertAnswer(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assert.match(refused.headers.get('www-authenticate'), /^Bearer error="invalid_token"/)
  assert.deepEqual(refused.cookies.signet_refresh, { value: '', maxAge: 0 })
  assert.deepEqual(refused.cookies.signet_token, { value: '', maxAge: 0 })
  for (const at of [bank, otherBank]) {
    for (const { refresh } of [first, second, third]) assertAnswer(await renew(at, refresh), 401, 'token_revoked')
  }
  await Promise.all([first, second, third].map(({ token }) => untilRefused(everywhere, token)))
})

test('a superseded refresh token that is used a minute later ends the session everywhere', async () => {
  const first = await register(bank)
  const second = await renewed(bank, first.refresh)
  await longAgo(first.token, 61)
  assertAnswer(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assertAnswer(await renew(bank, second.refresh), 401, 'token_revoked')
  await Promise.all([first, second].map(({ token }) => untilRefused(everywhere, token)))
})

test('a refresh token three generations old ends the sign-in at once', async () => {
  const first = await register(bank)
  let newest = first
  for (let generation = 0; generation < 3; generation += 1) newest = await renewed(bank, newest.refresh)
  assertAnswer(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assertAnswer(await renew(bank, newest.refresh), 401, 'token_revoked')
})

test('ending one sign-in by a stolen refresh token leaves the other sign-ins of the same person alone', async () => {
  const stolen = await register(bank)
  const other = await signIn(bank, stolen)
  await renewed(bank, (await renewed(bank, stolen.refresh)).refresh)
  await longAgo(stolen.token, 11)
  assertAnswer(await renew(bank, stolen.refresh), 401, 'token_revoked')
  await untilRefused(everywhere, stolen.token)
  for (const service of everywhere) assertAnswer(await me(service, other.token), 200)
  await renewed(otherBank, other.refresh)
})

test('a refresh token that was changed is refused, and no sign-in is ended for it', async () => {
  const { refresh } = await register(bank)
  const [kid, sid, , mac] = refresh.split(':')
  for (const forged of [`${kid}:${sid}:1:${mac}`, `${kid}:${crypto.randomUUID()}:0:${mac}`, `other:${sid}:0:${mac}`]) {
    assertAnswer(await renew(bank, forged), 401, 'token_signature_invalid')
  }
  assertAnswer(await renew(bank, refresh.slice(0, -1)), 401, 'token_malformed')
  assertAnswer(await renew(bank, `${refresh}=`), 401, 'token_malformed')
  assertAnswer(await call(bank, 'POST', '/api/token/refresh'), 401, 'token_missing')
  await renewed(otherBank, refresh)
})

/** As if a sign-in had been begun, or used last, that much longer ago; the second at which it is over. */
const age = async (token, { lifeBySeconds = 0, useBySeconds = 0 }) => {
  const [{ endsAt }] = await world.db.$queryRaw`
    UPDATE sessions SET expires_at = expires_at - ${lifeBySeconds} * interval '1 second',
      last_seen_at = last_seen_at - ${useBySeconds} * interval '1 second'
    WHERE id = ${claimsOf(token).sid}::uuid RETURNING floor(extract(epoch FROM expires_at))::int AS "endsAt"`
  return endsAt
}

test('a renewed sign-in keeps its id and the time of its password, and never outlives SESSION_TTL', async () => {
  const first = await register(bank)
  const begun = claimsOf(first.token)
  let { refresh } = first
  // 43200 s and 300 s are the defaults of SESSION_TTL and ACCESS_TOKEN_TTL; the last token would outlive the sign-in.
  for (const lifeBySeconds of [0, 43_200 - 250]) {
    const endsAt = await age(first.token, { lifeBySeconds })
    for (const at of [bank, otherBank]) {
      const { cookies } = assertAnswer(await renew(at, refresh), 200)
      const { sid, auth_time, amr, iat, exp } = claimsOf(cookies.signet_token.value)
      assert.deepEqual({ sid, auth_time, amr }, { sid: begun.sid, auth_time: begun.auth_time, amr: begun.amr })
      assert.equal(exp, Math.min(iat + 300, endsAt))
      for (const { maxAge } of [cookies.signet_token, cookies.signet_refresh]) {
        // The token is signed a moment after its cookie's life was worked out.
        assert.ok(maxAge === endsAt - iat || maxAge === endsAt - iat + 1, `Max-Age ${maxAge} at ${endsAt - iat} s left`)
      }
      refresh = cookies.signet_refresh.value
    }
  }
  await age(first.token, { lifeBySeconds: 250 })
  for (const at of [bank, otherBank]) {
    const over = assertAnswer(await renew(at, refresh), 401, 'token_expired')
    assert.equal(over.cookies.signet_refresh.maxAge, 0)
  }
})

test('a sign-in that nobody uses ends after SESSION_IDLE_TTL, and one that is used does not', async () => {
  const unused = await register(bank)
  const used = await signIn(bank, unused)
  for (const { token } of [unused, used]) await age(token, { useBySeconds: 1_800 })
  const { refresh } = await renewed(otherBank, used.refresh)
  for (const { token } of [unused, used]) await age(token, { useBySeconds: 1_800 })
  assertAnswer(await renew(bank, unused.refresh), 401, 'token_expired')
  await renewed(bank, refresh)
})

test('answers that are lost because a bank is killed are given again by another bank: nobody is signed out', async (t) => {
  const mortal = await world.start('bank')
  const lossy = await startLossyProxy(mortal)
  t.after(lossy.close)
  const person = await register(bank)
  const signIns = await Promise.all(Array.from({ length: 24 }, () => signIn(bank, person)))
  const sids = signIns.map(({ token }) => claimsOf(token).sid)
  // Every other answer never leaves the proxy.
  const isLost = (index) => index % 2 === 0
  const renewedSids = async () => {
    const rows = await world.db.session.findMany({ where: { id: { in: sids }, generation: 1 }, select: { id: true } })
    return new Set(rows.map(({ id }) => id))
  }
  const lostOf = (committed) => sids.filter((sid, index) => isLost(index) && committed.has(sid)).length

  const underWay = Promise.allSettled(
    signIns.map(({ refresh }, index) => renew(isLost(index) ? lossy : mortal, refresh)),
  )
  await until(renewedSids, (committed) => lostOf(committed) >= 5, { everyMilliseconds: 5, what: 'five lost answers' })
  await mortal.stop('SIGKILL')
  const outcomes = await underWay
  const answered = outcomes.filter(({ status }) => status === 'fulfilled').length
  t.diagnostic(`of 24: ${answered} answered, ${lostOf(await renewedSids())} committed and lost`)
  for (const { value } of outcomes.filter(({ status }) => status === 'fulfilled')) assertAnswer(value, 200)

  const again = await Promise.all(signIns.map(({ refresh }) => renew(bank, refresh)))
  const successors = again.map((answer) => assertAnswer(answer, 200).cookies)
  for (const [index, { signet_token: token, signet_refresh: refresh }] of successors.entries()) {
    assert.equal(claimsOf(token.value).sid, sids[index])
    assert.equal(refresh.value.split(':')[2], '1')
    assertAnswer(await me(retirement, token.value), 200)
    const given = outcomes[index].value?.cookies.signet_refresh.value
    if (given !== undefined) assert.equal(refresh.value, given)
  }
  const onward = await Promise.all(successors.map(({ signet_refresh: { value } }) => renew(bank, value)))
  for (const answer of onward) assertAnswer(answer, 200)
  assert.equal(await world.db.session.count({ where: { id: { in: sids }, endedAt: { not: null } } }), 0)
})
