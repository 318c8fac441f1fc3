// Several cookies of one name: a stale one, one of another path, one that a sibling host planted.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { until } from '@signet/testing'
import { ada, claimsOf, cookiesOf, expired, login, sharedBank, type TestBank, tokenOf } from '../support.js'

const clearedIn = (name: string, domain: boolean) =>
  `${name}=; Max-Age=0; ${domain ? 'Domain=signet.localhost; ' : ''}Path=/; HttpOnly; SameSite=Lax`
const cleared = (name: string) => [clearedIn(name, true), clearedIn(name, false)]
const several = (name: string, values: readonly string[]) => values.map((value) => `${name}=${value}`).join('; ')

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})
const ask = (method: 'GET' | 'POST', url: string, cookie: string) =>
  bank.app.inject({ method, url, headers: { cookie } })

/** Signs in and returns the value of one cookie. */
async function signInFor(name: string, strategy?: string): Promise<string> {
  const answer = await login(bank.app, {
    username: ada.username,
    password: ada.password,
    ...(strategy ? { strategy } : {}),
  })
  const [, value = ''] =
    new RegExp(`^${name}=([^;]+)`).exec(cookiesOf(answer).find((set) => set.startsWith(name)) ?? '') ?? []
  return value
}
const endSession = (id: string) => bank.db.session.update({ where: { id }, data: { endedAt: new Date() } })

describe('several cookies of a session', () => {
  for (const [strategy, name] of [
    ['session', 'signet_session'],
    ['shared-session', 'signet_shared_session'],
  ] as const) {
    test(`${strategy}: the one that is known is used and none is cleared`, async () => {
      const own = await signInFor(name, strategy)
      for (const values of [
        [own, 'x'],
        ['x', own],
        [own, own],
        ['x', 'y', 'z', own],
      ]) {
        const answer = await ask('GET', '/api/me', several(name, values))
        assert.deepEqual([answer.statusCode, cookiesOf(answer)], [200, []])
      }
    })

    test(`${strategy}: of a revoked one and an active one, the active one is used`, async () => {
      const revoked = await signInFor(name, strategy)
      const own = await signInFor(name, strategy)
      await endSession((await ask('GET', '/api/me', several(name, [revoked]))).json().data.sid)
      const { sid } = (await ask('GET', '/api/me', several(name, [own]))).json().data
      for (const values of [
        [own, revoked],
        [revoked, own],
      ]) {
        // The status list is polled. Until then two sessions are active.
        const answer = await until(
          () => ask('GET', '/api/me', several(name, values)),
          ({ statusCode }) => statusCode === 200,
        )
        assert.equal(answer.json().data.sid, sid)
      }
    })

    test(`${strategy}: none that is known, or two sessions, are malformed and go in both scopes`, async () => {
      const two = [await signInFor(name, strategy), await signInFor(name, strategy)]
      for (const values of [['stale', 'planted'], two, ['a', 'b', 'c', 'd', two[0] ?? '']]) {
        const answer = await ask('GET', '/api/me', several(name, values))
        assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_malformed'])
        assert.deepEqual(cookiesOf(answer), cleared(name))
      }
    })

    test(`${strategy}: a sign-out ends each that is known`, async () => {
      const two = [await signInFor(name, strategy), await signInFor(name, strategy)]
      const sids = await Promise.all(
        two.map(async (value) => (await ask('GET', '/api/me', several(name, [value]))).json().data.sid as string),
      )
      assert.equal((await ask('POST', '/api/logout', several(name, ['x', ...two]))).statusCode, 200)
      for (const id of sids) {
        assert.notEqual((await bank.db.session.findUniqueOrThrow({ where: { id } })).endedAt, null)
      }
    })
  }
})

describe('several refresh tokens', () => {
  const refresh = (values: readonly string[]) => ask('POST', '/api/token/refresh', several('signet_refresh', values))
  const setRefresh = (answer: Awaited<ReturnType<typeof refresh>>) =>
    cookiesOf(answer).filter((set) => set.startsWith('signet_refresh'))
  const sidOf = (token: string) => token.split(':')[1] ?? ''

  test('the one that the bank made is used', async () => {
    const own = await signInFor('signet_refresh')
    const forged = own.replace(/[^:]+$/, 'x'.repeat(43))
    for (const values of [
      [own, own],
      [forged, own],
      [own, 'x'],
    ]) {
      const answer = await refresh(values)
      assert.equal(answer.statusCode, 200)
      assert.match(setRefresh(answer).join(), new RegExp(`^signet_refresh=r1:${sidOf(own)}:1:`))
    }
  })

  test('of two of one session the newer is used, and the older revokes nothing', async () => {
    const first = await signInFor('signet_refresh')
    const [, second = ''] = /signet_refresh=([^;]+)/.exec(setRefresh(await refresh([first])).join()) ?? []
    const [, third = ''] = /signet_refresh=([^;]+)/.exec(setRefresh(await refresh([second])).join()) ?? []
    assert.equal((await refresh([third])).statusCode, 200)
    assert.equal((await refresh([first, third])).statusCode, 200)
    assert.equal((await refresh([third, first])).statusCode, 200)
  })

  test('of an ended session and an active one, the active one is used', async () => {
    const [ended, own] = [await signInFor('signet_refresh'), await signInFor('signet_refresh')]
    await endSession(sidOf(ended))
    for (const values of [
      [ended, own],
      [own, ended],
    ])
      assert.equal((await refresh(values)).statusCode, 200)
  })

  test('none, or two active sessions, are malformed and go in both scopes', async () => {
    const own = [await signInFor('signet_refresh'), await signInFor('signet_refresh')]
    for (const values of [own, ['x', 'y']]) {
      const answer = await refresh(values)
      assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_malformed'])
      assert.deepEqual(cookiesOf(answer), cleared('signet_refresh'))
    }
  })

  test('a sign-out by them ends each session', async () => {
    const own = [await signInFor('signet_refresh'), await signInFor('signet_refresh')]
    await ask('POST', '/api/logout', several('signet_refresh', own))
    for (const token of own) {
      assert.notEqual((await bank.db.session.findUniqueOrThrow({ where: { id: sidOf(token) } })).endedAt, null)
    }
  })
})

describe('a page with several tokens', () => {
  test('of different sessions cause one redirect through the bank, which renews', async () => {
    const [own, other] = [await tokenOf(bank.app), await tokenOf(bank.app)]
    const refreshToken = await signInFor('signet_refresh')
    const refused = await ask(
      'GET',
      '/accounts/x',
      `${several('signet_token', [own, other])}; signet_refresh=${refreshToken}`,
    )
    const location = new URL(String(refused.headers.location))
    assert.deepEqual(
      [refused.statusCode, location.pathname, location.searchParams.get('reason')],
      [303, '/sign-in', 'token_malformed'],
    )
    assert.deepEqual(cookiesOf(refused).slice(0, 2), cleared('signet_token'))
    assert.ok(
      cookiesOf(refused).some((set) => /^signet_token=; .*Domain=signet\.localhost; Path=\/accounts;/.test(set)),
    )
    const renewed = await ask('GET', location.pathname + location.search, `signet_refresh=${refreshToken}`)
    assert.equal(renewed.statusCode, 303)
    assert.match(cookiesOf(renewed).join('\n'), /^signet_token=ey/m)
  })

  test('that have expired get token_expired, and the session is renewed', async () => {
    const token = await tokenOf(bank.app)
    const answer = await ask('GET', '/', several('signet_token', ['x', expired(token)]))
    assert.equal(new URL(String(answer.headers.location)).searchParams.get('reason'), 'token_expired')
  })

  test('that have expired renews the session of a form in place', async () => {
    const answer = await login(bank.app, { username: ada.username, password: ada.password })
    const token = String(answer.json().data)
    const [, own = ''] = /signet_refresh=([^;]+)/.exec(cookiesOf(answer).join()) ?? []
    const cookie = `${several('signet_token', ['x', expired(token)])}; signet_refresh=${own}`
    // A form without its fields is shown again and changes nothing.
    const posted = await ask('POST', '/transfer/7c0b5a9e-3d0f-4a55-8a55-0d7d6c1a2b30/review', cookie)
    assert.equal(posted.statusCode, 400)
    const last = cookiesOf(posted)
      .filter((set) => /^signet_token=.*Domain=/.test(set))
      .at(-1)
    assert.match(String(last), /^signet_token=ey/, 'set after it was cleared')
    assert.equal(claimsOf(String(last).slice('signet_token='.length).split(';')[0] ?? '').sid, claimsOf(token).sid)
  })
})
