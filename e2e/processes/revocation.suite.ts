// Revoking a session revokes it at every process, and revokes no other session.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { until } from '@signet/testing'
import {
  assertResponse,
  type CallOptions,
  call,
  claimsOf,
  me,
  register,
  renew,
  type Session,
  signIn,
  signOut,
  tokensIn,
  untilRefused,
} from './requests.js'
import type { Service } from './services.js'
import { bank, everywhere, otherBank, retirement, world } from './shared-world.js'

interface Listed {
  readonly id: string
  readonly current: boolean
}

const assertServedEverywhere = async (tokens: readonly string[]) => {
  for (const token of tokens) for (const service of everywhere) assertResponse(await me(service, token), 200)
}

describe('sign-outs', { concurrency: true }, () => {
  const places: readonly [string, Service, (session: Session) => CallOptions][] = [
    ['one bank', bank, ({ token, refresh }) => ({ token, refresh })],
    ['retirement', retirement, ({ token }) => ({ token })],
  ]
  for (const [place, at, cookiesOf] of places) {
    test(`a sign-out at ${place} reaches every process`, async () => {
      const kept = await register(bank)
      const sessions = await Promise.all(Array.from({ length: 4 }, () => signIn(bank, kept)))
      await assertServedEverywhere(sessions.map(({ token }) => token))
      for (const [index, session] of sessions.entries()) {
        const response = assertResponse(await signOut(at, cookiesOf(session)), 200)
        assert.deepEqual(response.cookies.signet_token, { value: '', maxAge: 0 })
        for (const one of [bank, otherBank]) assertResponse(await renew(one, session.refresh), 401, 'token_revoked')
        await untilRefused(everywhere, session.token)
        await assertServedEverywhere([kept, ...sessions.slice(index + 1)].map(({ token }) => token))
      }
    })
  }

  test('a sign-out also revokes earlier tokens of the same session', async () => {
    const first = await register(bank)
    const second = tokensIn(assertResponse(await renew(otherBank, first.refresh), 200)).token.value
    await assertServedEverywhere([second])
    assertResponse(await signOut(retirement, { token: first.token }), 200)
    await Promise.all([first.token, second].map((token) => untilRefused(everywhere, token)))
  })

  test('the bank signs out with the refresh token alone, and a second sign-out succeeds', async () => {
    const { token, refresh } = await register(bank)
    await assertServedEverywhere([token])
    assertResponse(await signOut(otherBank, { refresh }), 200)
    await untilRefused(everywhere, token)
    for (const service of everywhere) assertResponse(await signOut(service, { token }), 200)
  })

  test('an expired token still signs out its session, at retirement and at the bank', async () => {
    const brief = await world.startHere('bank', { env: { ACCESS_TOKEN_TTL: '1' } })
    for (const place of [otherBank, retirement]) {
      const { token, refresh } = await register(brief)
      const expiresAt = claimsOf(token).exp * 1000
      await until(Date.now, (now) => now > expiresAt, { what: 'the expiry of the token' })
      assertResponse(await me(place, token), 401, 'token_expired')
      assertResponse(await signOut(place, { token }), 200)
      assertResponse(await renew(bank, refresh), 401, 'token_revoked')
    }
    await brief.stop()
  })
})

test('a verifier that was restarted during a sign-out refuses the token at the first request', async () => {
  const { token, refresh } = await register(bank)
  const before = await world.startHere('retirement')
  assertResponse(await me(before, token), 200)
  const stopped = before.stop()
  assertResponse(await signOut(otherBank, { token, refresh }), 200)
  await stopped
  const after = await world.startHere('retirement')
  assertResponse(await me(after, token), 401, 'token_revoked')
  await after.stop()
})

test('an event stream ends at each app, whichever process the user signs out at', async () => {
  const { token, refresh } = await register(bank)
  const streams = await Promise.all(
    everywhere.map(async ({ url }) => {
      const { body } = await fetch(`${url}/api/session/events`, { headers: { authorization: `Bearer ${token}` } })
      assert.ok(body)
      return body.pipeThrough(new TextDecoderStream()).getReader()
    }),
  )
  for (const reader of streams) assert.equal((await reader.read()).value, 'retry: 2000\n\n')
  assertResponse(await signOut(retirement, { token, refresh }), 200)
  for (const reader of streams) {
    assert.equal((await reader.read()).value, 'event: ended\ndata: {"code":"token_revoked"}\n\n')
    assert.equal((await reader.read()).done, true)
  }
})

describe('the list of sessions', { concurrency: true }, () => {
  test('DELETE /api/sessions/:id revokes only that session, at every process', async () => {
    const kept = await register(bank)
    const ended = await signIn(otherBank, kept)
    const stranger = await register(bank)
    await assertServedEverywhere([kept, ended, stranger].map(({ token }) => token))
    const path = `/api/sessions/${claimsOf(ended.token).sid}`
    assertResponse(await call(bank, 'DELETE', path, stranger), 404, 'not_found')
    assertResponse(await renew(bank, ended.refresh), 200)

    assertResponse(await call(bank, 'DELETE', path, kept), 200)
    await untilRefused(everywhere, ended.token)
    assertResponse(await renew(otherBank, ended.refresh), 401, 'token_revoked')
    await assertServedEverywhere([kept, stranger].map(({ token }) => token))
  })

  test('DELETE /api/sessions revokes every session of the user at every process, and gives the caller a new one', async () => {
    const current = await register(bank)
    const others = await Promise.all(Array.from({ length: 4 }, () => signIn(otherBank, current)))
    const stranger = await register(bank)
    await assertServedEverywhere([current, ...others].map(({ token }) => token))
    const listed = assertResponse(await call<Listed[]>(bank, 'GET', '/api/sessions', current), 200).body.data
    assert.equal(listed.length, 5)
    assert.deepEqual(
      listed.filter((session) => session.current).map(({ id }) => id),
      [claimsOf(current.token).sid],
    )

    const response = assertResponse(await call<string>(bank, 'DELETE', '/api/sessions', current), 200)
    const { body } = response
    const { token, refresh: newRefresh } = tokensIn(response)
    assert.equal(body.data, token.value)
    assert.notEqual(claimsOf(body.data).sid, claimsOf(current.token).sid)
    await Promise.all([current, ...others].map(({ token }) => untilRefused(everywhere, token)))
    for (const { refresh } of [current, ...others])
      assertResponse(await renew(otherBank, refresh), 401, 'token_revoked')
    await assertServedEverywhere([body.data, stranger.token])
    for (const refresh of [newRefresh.value, stranger.refresh]) {
      assertResponse(await renew(otherBank, refresh), 200)
    }
  })
})
