// Whatever ends a session ends it at every process, and ends no other session.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { until } from '@signet/testing'
import { assertAnswer, call, claimsOf, me, register, renew, signIn, signOut, untilRefused } from './requests.mjs'
import { bank, everywhere, otherBank, retirement, world } from './shared-world.mjs'

const assertServedEverywhere = async (tokens) => {
  for (const token of tokens) for (const service of everywhere) assertAnswer(await me(service, token), 200)
}

describe('sign-outs', { concurrency: true }, () => {
  for (const [place, at, cookiesOf] of [
    ['one bank', bank, ({ token, refresh }) => ({ token, refresh })],
    ['retirement', retirement, ({ token }) => ({ token })],
  ]) {
    test(`a sign-out at ${place} is known at every process`, async () => {
      const kept = await register(bank)
      const sessions = await Promise.all(Array.from({ length: 4 }, () => signIn(bank, kept)))
      await assertServedEverywhere(sessions.map(({ token }) => token))
      for (const [index, session] of sessions.entries()) {
        const answer = assertAnswer(await signOut(at, cookiesOf(session)), 200)
        assert.deepEqual(answer.cookies.signet_token, { value: '', maxAge: 0 })
        for (const one of [bank, otherBank]) assertAnswer(await renew(one, session.refresh), 401, 'token_revoked')
        await untilRefused(everywhere, session.token)
        await assertServedEverywhere([kept, ...sessions.slice(index + 1)].map(({ token }) => token))
      }
    })
  }

  test('a sign-out ends the tokens that were renewed earlier in the same session too', async () => {
    const first = await register(bank)
    const second = assertAnswer(await renew(otherBank, first.refresh), 200).cookies.signet_token.value
    await assertServedEverywhere([second])
    assertAnswer(await signOut(retirement, { token: first.token }), 200)
    await Promise.all([first.token, second].map((token) => untilRefused(everywhere, token)))
  })

  test('with the refresh token alone a sign-out at the bank ends the session, and a second sign-out is no failure', async () => {
    const { token, refresh } = await register(bank)
    await assertServedEverywhere([token])
    assertAnswer(await signOut(otherBank, { refresh }), 200)
    await untilRefused(everywhere, token)
    for (const service of everywhere) assertAnswer(await signOut(service, { token }), 200)
  })

  test('an expired token still ends its session, at retirement as at the bank', async () => {
    const brief = await world.startHere('bank', { env: { ACCESS_TOKEN_TTL: '1' } })
    for (const place of [otherBank, retirement]) {
      const { token, refresh } = await register(brief)
      const expiresAt = claimsOf(token).exp * 1000
      await until(Date.now, (now) => now > expiresAt, { what: 'the end of the token' })
      assertAnswer(await me(place, token), 401, 'token_expired')
      assertAnswer(await signOut(place, { token }), 200)
      assertAnswer(await renew(bank, refresh), 401, 'token_revoked')
    }
    await brief.stop()
  })
})

describe('the list of sessions', { concurrency: true }, () => {
  test('DELETE /api/sessions/:id ends that session at every process and no other', async () => {
    const kept = await register(bank)
    const ended = await signIn(otherBank, kept)
    const stranger = await register(bank)
    await assertServedEverywhere([kept, ended, stranger].map(({ token }) => token))
    const path = `/api/sessions/${claimsOf(ended.token).sid}`
    assertAnswer(await call(bank, 'DELETE', path, stranger), 404, 'not_found')
    assertAnswer(await renew(bank, ended.refresh), 200)

    assertAnswer(await call(bank, 'DELETE', path, kept), 200)
    await untilRefused(everywhere, ended.token)
    assertAnswer(await renew(otherBank, ended.refresh), 401, 'token_revoked')
    await assertServedEverywhere([kept, stranger].map(({ token }) => token))
  })

  test('DELETE /api/sessions ends every session of the user at every process, and gives the caller another', async () => {
    const current = await register(bank)
    const others = await Promise.all(Array.from({ length: 4 }, () => signIn(otherBank, current)))
    const stranger = await register(bank)
    await assertServedEverywhere([current, ...others].map(({ token }) => token))
    const listed = assertAnswer(await call(bank, 'GET', '/api/sessions', current), 200).body.data
    assert.equal(listed.length, 5)
    assert.deepEqual(
      listed.filter((session) => session.current).map(({ id }) => id),
      [claimsOf(current.token).sid],
    )

    const { body, cookies } = assertAnswer(await call(bank, 'DELETE', '/api/sessions', current), 200)
    assert.equal(body.data, cookies.signet_token.value)
    assert.notEqual(claimsOf(body.data).sid, claimsOf(current.token).sid)
    await Promise.all([current, ...others].map(({ token }) => untilRefused(everywhere, token)))
    for (const { refresh } of [current, ...others]) assertAnswer(await renew(otherBank, refresh), 401, 'token_revoked')
    await assertServedEverywhere([body.data, stranger.token])
    for (const refresh of [cookies.signet_refresh.value, stranger.refresh]) {
      assertAnswer(await renew(otherBank, refresh), 200)
    }
  })
})
