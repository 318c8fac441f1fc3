import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { AuthError } from '../../src/verifier.js'
import { CLAIMS, createApp, forge, freezeClock, NOW, setClock, unwatched } from '../support.js'

freezeClock()

const claims = (change: object) => forge({ ...CLAIMS, ...change })
const own = claims({})
const newer = claims({ jti: 'j-2', iat: NOW + 1, exp: NOW + 301 })
const retyped = claims({ jti: 'j-3', iat: NOW + 1, exp: NOW + 301, auth_time: NOW + 1 })
const other = claims({ jti: 'j-4', sid: 's-2' })
const ended = claims({ jti: 'j-5', sid: 's-ended' })
const unchecked = claims({ jti: 'j-6', sid: 's-unchecked' })
const past = { iat: NOW - 400, exp: NOW - 100, auth_time: NOW - 400 }
const expired = claims({ ...past, jti: 'j-7' })
const expiredOther = claims({ ...past, jti: 'j-8', sid: 's-2' })
/** A token of another installation, for example production at the parent domain. */
const foreign = forge(CLAIMS, { alg: 'HS256', typ: 'at+jwt', kid: 'production' }, { secret: 'p'.repeat(32) })

const CLEARED = [
  'signet_token=; Max-Age=0; Domain=signet.localhost; Path=/; HttpOnly; SameSite=Lax',
  'signet_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
]

let app: FastifyInstance
before(async () => {
  app = await createApp({
    statusLists: {
      ...unwatched,
      assertNotRevoked: (session) => {
        const { sid } = session as unknown as { sid: string }
        if (sid === 's-ended') throw new AuthError('token_revoked')
        if (sid === 's-unchecked') throw new AuthError('unavailable')
      },
    },
    extend: (extended) => {
      extended.get('/used', async ({ accessToken }) => ({ used: accessToken }))
      extended.get('/accounts/:id', { config: { page: true } }, async () => ({}))
    },
  })
})
after(() => app.close())
afterEach(() => setClock(NOW))

const cookieOf = (tokens: readonly string[]) => tokens.map((token) => `signet_token=${token}`).join('; ')
const ask = async (tokens: readonly string[], url = '/used', headers: Record<string, string> = {}) => {
  const {
    statusCode,
    headers: answered,
    ...answer
  } = await app.inject({ url, headers: { ...headers, cookie: cookieOf(tokens) } })
  return { statusCode, body: answer.json(), setCookies: [answered['set-cookie'] ?? []].flat() }
}
/** Returns every order, because a browser sorts cookies by path and age. */
const orders = <Value>([first, ...rest]: readonly Value[]): Value[][] =>
  first === undefined
    ? [[]]
    : orders(rest).flatMap((order) => order.map((_, at) => order.toSpliced(at, 0, first)).concat([[...order, first]]))

describe('of several cookies of one name, the one that is accepted is used and none is cleared', () => {
  const ROWS: ReadonlyArray<readonly [why: string, tokens: readonly string[], used: string]> = [
    ['nonsense was planted', [own, 'x'], own],
    ['an empty one was planted', [own, ''], own],
    ['the very same value twice', [own, own], own],
    ['one with a changed signature', [own, `${own.slice(0, -5)}AAAAA`], own],
    ['one in another encoding', [own, `${own}=`], own],
    ['one of another installation', [own, foreign], own],
    ['an expired one of the same session', [own, expired], own],
    ['an expired one of another session', [own, expiredOther], own],
    ['a revoked one', [own, ended], own],
    ['one that cannot be checked', [own, unchecked], own],
    ['the token before the last renewal', [own, newer], newer],
    ['the token before the password was typed again', [newer, retyped], retyped],
    ['three are refused', [own, 'x', expired, ended], own],
  ]
  for (const [why, tokens, used] of ROWS) {
    test(why, async () => {
      setClock(NOW + 1)
      for (const order of orders(tokens)) {
        const { statusCode, body, setCookies } = await ask(order)
        assert.deepEqual([statusCode, body.used, setCookies], [200, used, []])
      }
    })
  }
})

describe('several cookies of one name are malformed, and are cleared with and without Domain', () => {
  const ROWS: ReadonlyArray<readonly [why: string, tokens: readonly string[]]> = [
    ['two of different sessions are accepted', [own, other]],
    ['two of different sessions, and one that is not', [own, other, 'x']],
    ['none is a token', ['x', 'y']],
    ['the same nonsense twice', ['x', 'x']],
    ['all are expired', [expired, expiredOther]],
    ['the only genuine one is expired', ['x', expired]],
    ['the only genuine one is revoked', ['x', ended]],
    ['of another installation, and nonsense', [foreign, 'x']],
  ]
  for (const [why, tokens] of ROWS) {
    test(why, async () => {
      for (const order of orders(tokens)) {
        const { statusCode, body, setCookies } = await ask(order)
        assert.deepEqual([statusCode, body.code, setCookies], [401, 'token_malformed', CLEARED])
      }
    })
  }

  test('the fifth cookie is not tried, even if the others are equal', async () => {
    for (const tokens of [
      ['a', 'b', 'c', 'd', own],
      ['a', 'a', 'a', 'a', own],
    ]) {
      assert.deepEqual((await ask(tokens)).body.code, 'token_malformed')
    }
    assert.equal((await ask(['a', 'b', 'c', own, other])).body.used, own)
  })

  test('a page also clears the paths at which a sibling host may have set one', async () => {
    const { setCookies } = await ask([own, other], '/accounts/a-1?cursor=2')
    const paths = setCookies.map((cookie) => `${/Path=([^;]*)/.exec(cookie)?.[1]} ${/Domain/.test(cookie)}`)
    const expected = ['/', '/accounts', '/accounts/', '/accounts/a-1']
    assert.deepEqual(
      paths,
      expected.flatMap((path) => [`${path} true`, `${path} false`]),
    )
  })

  test('the API does so too when a browser calls it', async () => {
    const { setCookies } = await ask([own, other], '/used', { 'sec-fetch-site': 'same-origin' })
    assert.deepEqual(setCookies.filter((cookie) => cookie.includes('Path=/used;')).length, 2)
  })

  test('a path that no cookie can have is not written into the response', async () => {
    for (const url of ['/accounts/a;Domain=evil.example', `/accounts/${'a/'.repeat(2_000)}`]) {
      const { setCookies } = await ask([own, other], url)
      assert.ok(setCookies.length <= 34 && !setCookies.join().includes('evil'), String(setCookies.length))
    }
  })
})

test('if none is accepted and one cannot be checked, the response is unavailable and no cookie is cleared', async () => {
  const { statusCode, body, setCookies } = await ask(['x', unchecked])
  assert.deepEqual([statusCode, body.code, setCookies], [503, 'unavailable', []])
})

test('the reason of expired cookies is their expiry, so that they are renewed', async () => {
  const reasons: string[] = []
  const watched = await createApp({
    extend: (extended) => {
      extended.addHook('onError', async (_request, _reply, error) => {
        reasons.push((error as unknown as AuthError).reason)
      })
    },
  })
  for (const tokens of [
    ['x', expired],
    ['x', 'y'],
    [own, other],
  ]) {
    await watched.inject({ url: '/required', headers: { cookie: cookieOf(tokens) } })
  }
  await watched.close()
  assert.deepEqual(reasons, ['token_expired', 'token_malformed', 'token_malformed'])
})

test('a route that allows expired tokens clears nothing, so that a failed sign-out can be repeated', async () => {
  for (const [tokens, sid] of [
    [['x', 'y'], undefined],
    [[own, other], undefined],
    [['x', expiredOther], 's-2'],
    [[own, expiredOther], 's-1'],
  ] as const) {
    const answer = await app.inject({ method: 'POST', url: '/allow-expired', headers: { cookie: cookieOf(tokens) } })
    assert.deepEqual([answer.json().identity?.sid, answer.headers['set-cookie']], [sid, undefined])
  }
})
