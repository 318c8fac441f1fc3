// A sign-in is renewed over several processes without anybody being thrown out, and not beyond its lifetimes.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { assertAnswer, call, claimsOf, me, ms, register, renew, signIn, until, untilRefused } from './requests.mjs'
import { assertNoSecretInLogs, openThreeProcesses } from './three-processes.mjs'

const { world, bank, otherBank, retirement, everywhere } = await openThreeProcesses()
after(() => world.close())

/** As if the last renewal had been that much longer ago. */
const longAgo = (token, seconds) =>
  world.db.$executeRaw`
    UPDATE sessions SET rotated_at = rotated_at - ${seconds} * interval '1 second' WHERE id = ${claimsOf(token).sid}::uuid`

/** The tokens of a renewal that has to succeed. */
async function renewed(at, refresh) {
  const { cookies } = assertAnswer(await renew(at, refresh), 200)
  return { token: cookies.signet_token.value, refresh: cookies.signet_refresh.value }
}

test('a hundred renewals at once with one refresh token, over two banks, all get the same successor', async (t) => {
  const first = await register(bank)
  const since = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => renew(index % 2 === 0 ? bank : otherBank, first.refresh)),
  )
  t.diagnostic(`100 renewals took ${ms(performance.now() - since)}`)

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

  await longAgo(first.token, 3_600)
  for (const at of [bank, otherBank]) assert.equal((await renewed(at, first.refresh)).refresh, successor)
  assert.notEqual((await renewed(bank, successor)).refresh, successor)
})

test('a refresh token two generations old gets its successor for ten seconds, then it ends the sign-in everywhere', async (t) => {
  const first = await register(bank)
  const second = await renewed(bank, first.refresh)
  const third = await renewed(otherBank, second.refresh)
  assert.equal((await renewed(bank, first.refresh)).refresh, second.refresh)
  for (const service of everywhere) assertAnswer(await me(service, third.token), 200)

  await longAgo(first.token, 11)
  const since = performance.now()
  const refused = assertAnswer(await renew(otherBank, first.refresh), 401, 'token_revoked')
  assert.match(refused.headers.get('www-authenticate'), /^Bearer error="invalid_token"/)
  assert.deepEqual(refused.cookies.signet_refresh, { value: '', maxAge: 0 })
  assert.deepEqual(refused.cookies.signet_token, { value: '', maxAge: 0 })
  for (const at of [bank, otherBank]) {
    for (const { refresh } of [first, second, third]) assertAnswer(await renew(at, refresh), 401, 'token_revoked')
  }
  await Promise.all([first, second, third].map(({ token }) => untilRefused(everywhere, token)))
  const delay = performance.now() - since
  t.diagnostic(`refused everywhere after ${ms(delay)}`)
  assert.ok(delay < 2_000, `${delay} ms`)
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

test('a renewed sign-in keeps its id and the time of its password, and never outlives SESSION_TTL; unused it ends after SESSION_IDLE_TTL', async (t) => {
  const brief = await world.start('bank', { env: { SESSION_TTL: '7', SESSION_IDLE_TTL: '2', ACCESS_TOKEN_TTL: '2' } })
  const idle = await register(brief)
  const used = await register(brief)
  const begun = claimsOf(used.token)
  const endsAt = begun.auth_time + 7
  assert.equal(begun.exp - begun.iat, 2)
  assert.equal(used.maxAge, 7)
  const idleUntilMs = (claimsOf(idle.token).auth_time + 2) * 1000

  let current = used
  let renewals = 0
  let idleAnswer
  for (;;) {
    const answer = await renew(brief, current.refresh)
    const nowSeconds = Date.now() / 1000
    if (answer.status !== 200) {
      assertAnswer(answer, 401, 'token_expired')
      assert.equal(answer.cookies.signet_refresh.maxAge, 0)
      // Whole seconds: with less than one left there is no token to give.
      assert.ok(nowSeconds >= endsAt, `over ${endsAt - nowSeconds} s early`)
      break
    }
    const { signet_token: token, signet_refresh: refresh } = answer.cookies
    const { sid, auth_time, amr, iat, exp } = claimsOf(token.value)
    assert.deepEqual({ sid, auth_time, amr }, { sid: begun.sid, auth_time: begun.auth_time, amr: begun.amr })
    assert.ok(iat < endsAt, 'renewed after SESSION_TTL')
    assert.equal(exp, Math.min(iat + 2, endsAt))
    for (const { maxAge } of [token, refresh]) {
      assert.ok(maxAge === endsAt - iat || maxAge === endsAt - iat + 1, `Max-Age ${maxAge} at ${endsAt - iat} s left`)
    }
    current = { token: token.value, refresh: refresh.value }
    renewals += 1
    if (!idleAnswer && Date.now() > idleUntilMs) idleAnswer = await renew(brief, idle.refresh)
    await wait(100)
  }
  t.diagnostic(`${renewals} renewals until the end`)
  assert.ok(renewals >= 4)
  assert.ok(idleAnswer, 'the unused sign-in was asked about before the used one ended')
  assertAnswer(idleAnswer, 401, 'token_expired')
  assertAnswer(await me(brief, current.token), 401, 'token_expired')
  assertAnswer(await me(retirement, current.token), 401, 'token_expired')
  await brief.stop()
})

test('answers that are lost because a bank is killed are given again by another bank: nobody is thrown out', async (t) => {
  const person = await register(bank)
  const signIns = await Promise.all(
    Array.from({ length: 50 }, (_, index) => signIn(index % 2 === 0 ? bank : otherBank, person)),
  )
  const sids = signIns.map(({ token }) => claimsOf(token).sid)
  const renewedSids = async () => {
    const rows = await world.db.session.findMany({ where: { id: { in: sids }, generation: 1 }, select: { id: true } })
    return new Set(rows.map(({ id }) => id))
  }

  const underWay = Promise.allSettled(signIns.map(({ refresh }) => renew(otherBank, refresh)))
  await until(renewedSids, ({ size }) => size >= 10, { withinMs: 5_000, everyMs: 1, what: 'ten commits' })
  await otherBank.stop('SIGKILL')
  const outcomes = await underWay
  const answered = outcomes.filter(({ status }) => status === 'fulfilled').length
  const committed = await renewedSids()
  const lost = outcomes.filter(({ status }, index) => status === 'rejected' && committed.has(sids[index])).length
  t.diagnostic(`of 50: ${answered} answered, ${lost} committed and lost, ${50 - answered - lost} not begun`)
  assert.ok(lost > 0, 'no answer was lost: this run shows nothing')
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

test('no log line holds a password, a secret, a refresh token or a whole JWT', () => assertNoSecretInLogs(world))
