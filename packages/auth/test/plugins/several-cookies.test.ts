import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { fixedWorld } from '../../conformance/fixed-world.js'
import { cookieVectors } from '../../conformance/tables/cookies.js'
import type { World } from '../../conformance/world.js'
import { AuthError } from '../../src/verifier.js'
import { BANK, CLAIMS, createApp, forge, freezeClock, KEYS, NOW, setClock, unwatched } from '../support.js'

freezeClock()

const uri = `${BANK}/status-lists/0`
const [ENDED, UNCHECKED] = [3, 4]
const world: World = {
  ...fixedWorld('HS256'),
  key: KEYS.first,
  claims: CLAIMS,
  nowSeconds: NOW,
  statuses: {
    firstList: 1,
    revoked: { idx: ENDED, uri },
    unavailable: { idx: UNCHECKED, uri },
    dropped: { idx: ENDED, uri },
  },
}
const groups = cookieVectors(world)
const rowsOf = (name: string) => groups.find((group) => group.name === name)?.rows ?? []

const claims = (change: object) => forge({ ...CLAIMS, ...change })
const own = claims({})
const newer = claims({ jti: 'j-2', iat: NOW + 1, exp: NOW + 301 })
const retyped = claims({ jti: 'j-3', iat: NOW + 1, exp: NOW + 301, auth_time: NOW + 1 })
const other = claims({ jti: 'j-4', sid: 's-2' })
const unchecked = claims({ jti: 'j-6', status: { status_list: { idx: UNCHECKED, uri } } })
const past = { iat: NOW - 400, exp: NOW - 100, auth_time: NOW - 400 }
const expired = claims({ ...past, jti: 'j-7' })
const expiredOther = claims({ ...past, jti: 'j-8', sid: 's-2' })

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
        const { idx } = session.status.status_list
        if (idx === ENDED) throw new AuthError('token_revoked')
        if (idx === UNCHECKED) throw new AuthError('unavailable')
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

describe('of several cookies of one name, the one that is accepted is used and none is cleared', () => {
  for (const { sentence, tokens } of rowsOf('one-accepted')) {
    test(sentence, async () => {
      setClock(NOW + 1)
      const { statusCode, setCookies } = await ask(tokens)
      assert.deepEqual([statusCode, setCookies], [200, []])
    })
  }

  test('of several accepted ones, the newest is used', async () => {
    setClock(NOW + 1)
    for (const [first, second, used] of [
      [own, newer, newer],
      [newer, retyped, retyped],
      [own, expiredOther, own],
    ] as const) {
      for (const tokens of [
        [first, second],
        [second, first],
      ])
        assert.equal((await ask(tokens)).body.used, used)
    }
  })
})

describe('several cookies of one name are malformed, and are cleared with and without Domain', () => {
  for (const { sentence, tokens } of rowsOf('none-or-several')) {
    test(sentence, async () => {
      const { statusCode, body, setCookies } = await ask(tokens)
      assert.deepEqual([statusCode, body.code, setCookies], [401, 'token_malformed', CLEARED])
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
