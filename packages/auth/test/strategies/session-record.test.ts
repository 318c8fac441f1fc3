import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import type { SessionStore } from '@fastify/session'
import Fastify, { type FastifyInstance } from 'fastify'
import { issuing, keyRing, parsePrivateJwks } from '../../src/issuer.js'
import { type AuthError, authentication, defineCookie, type KeyRing, parseSecrets } from '../../src/verifier.js'
import {
  BANK,
  CLAIMS,
  encode,
  forge,
  freezeClock,
  HEADER,
  NOW,
  PERSON,
  RETIREMENT,
  setClock,
  tokenCookie,
} from '../support.js'

const cookie = defineCookie('shared_session', { prefix: 'signet', domain: 'signet.localhost', secure: false })
const SECRETS = parseSecrets(`k1:${'a-secret-for-tests-of-at-least-32-bytes'}`)
const LATER_SECRET = 'k2:the-next-secret-for-tests-of-at-least-32-bytes'
const TYP = 'session+jwt'

/** A separate Ed25519 key. */
function keyPair(kid: string): KeyRing {
  const jwk = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }
  return parsePrivateJwks(JSON.stringify({ keys: [jwk] }))
}

type Stored = { record?: unknown; seenAtSeconds?: unknown; cookie?: unknown }

describe('the record of a shared session', () => {
  /** The store, readable and writable as with its credentials. */
  let rows: Map<string, string>
  let apps: FastifyInstance[]
  beforeEach(() => {
    rows = new Map()
    apps = []
    freezeClock()
  })
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()))
    mock.timers.reset()
  })

  const store = (): SessionStore => ({
    get: (key, callback) => callback(null, rows.has(key) ? JSON.parse(rows.get(key) ?? '') : null),
    set: (key, session, callback) => {
      rows.set(key, JSON.stringify(session))
      callback()
    },
    destroy: (key, callback) => {
      rows.delete(key)
      callback()
    },
  })

  /** Creates a service with a key ring, with which the issuer signs too. */
  async function service(keys: KeyRing, audience = RETIREMENT): Promise<FastifyInstance> {
    const app = Fastify()
    apps.push(app)
    app.setErrorHandler((error: AuthError, _request, reply) =>
      reply.code(error.statusCode ?? 500).send({ code: error.code, detail: error.detail }),
    )
    await app.register(authentication, {
      keys,
      tokenCookie,
      issuer: BANK,
      clientId: 'bank',
      audience,
      accessTokenTtlSeconds: 300,
      sessions: [{ strategy: 'shared-session', cookie, store: store(), idleTtlSeconds: 3_600 }],
    })
    if (audience === BANK) {
      const audiences = [BANK, RETIREMENT]
      await app.register(issuing, { keys, issuer: BANK, clientId: 'bank', audiences, accessTokenTtlSeconds: 300 })
    }
    app.get('/', async ({ identity }) => ({ identity }))
    app.post<{ Body: { username: string; ageSeconds?: number } }>(
      '/log-in',
      { config: { auth: 'none' } },
      async ({ body: { username, ageSeconds = 0 } }, reply) => {
        const times = { authTimeSeconds: NOW - ageSeconds, expiresBySeconds: NOW + 43_200 }
        const subject = { ...PERSON, username, ...times, statusNumber: 7n }
        const sessions = app.serverSessions.get('shared-session')
        await sessions?.create(reply, (sessionId) => app.issueSessionRecord(subject, sessionId), 43_200)
        return {}
      },
    )
    await app.ready()
    return app
  }

  /** Logs in. Returns the session id of the cookie and the key in the store. */
  async function logIn(issuer: FastifyInstance, username = 'ada', ageSeconds = 0) {
    const before = new Set(rows.keys())
    const response = await issuer.inject({ method: 'POST', url: '/log-in', payload: { username, ageSeconds } })
    const id = /^signet_shared_session=([^;]+)/.exec(String(response.headers['set-cookie']))?.[1] ?? ''
    const [key] = [...rows.keys()].filter((key) => !before.has(key))
    assert.ok(id !== '' && key !== undefined)
    return { id, key }
  }
  const send = (app: FastifyInstance, id: string) =>
    app.inject({ url: '/', headers: { cookie: `signet_shared_session=${id}` } })
  const stored = (key: string): Stored => JSON.parse(rows.get(key) ?? '')
  const write = (key: string, changes: Stored) => rows.set(key, JSON.stringify({ ...stored(key), ...changes }))
  const claimsOf = (record: unknown) =>
    JSON.parse(Buffer.from(String(record).split('.')[1] ?? '', 'base64url').toString())
  const withClaims = (record: unknown, changes: object) => {
    const [header, , signature] = String(record).split('.')
    return `${header}.${encode({ ...claimsOf(record), ...changes })}.${signature}`
  }

  for (const [mode, keys] of [
    ['a shared secret', SECRETS],
    ['a key pair', keyPair('e1')],
  ] as const) {
    describe(`signed with ${mode}`, () => {
      test('authenticates its user at every service', async () => {
        const issuer = await service(keys, BANK)
        const { id } = await logIn(issuer)
        for (const app of [issuer, await service(keys)]) {
          const { identity } = (await send(app, id)).json()
          assert.deepEqual(
            [identity.username, identity.strategy, identity.authTimeSeconds],
            ['ada', 'shared-session', NOW],
          )
        }
      })

      const ATTACKS: ReadonlyArray<
        readonly [what: string, attack: (own: string, other: string) => void, code: string]
      > = [
        ['an unsigned record', (own) => write(own, { record: { ...CLAIMS, username: 'grace' } }), 'token_missing'],
        [
          'another user',
          (own) => write(own, { record: withClaims(stored(own).record, { username: 'grace' }) }),
          'token_signature_invalid',
        ],
        [
          'a later end',
          (own) => write(own, { record: withClaims(stored(own).record, { exp: NOW + 99_999 }) }),
          'token_signature_invalid',
        ],
        [
          'a later auth_time',
          (own) => write(own, { record: withClaims(stored(own).record, { auth_time: NOW }) }),
          'token_signature_invalid',
        ],
        [
          'a record of another session id',
          (own, other) => write(own, { record: stored(other).record }),
          'token_claims_invalid',
        ],
        [
          'the signature of another record',
          (own, other) => {
            const [header, payload] = String(stored(own).record).split('.')
            write(own, { record: `${header}.${payload}.${String(stored(other).record).split('.')[2]}` })
          },
          'token_signature_invalid',
        ],
        ['another encoding', (own) => write(own, { record: `${stored(own).record}=` }), 'token_malformed'],
        [
          'alg none',
          (own) =>
            write(own, {
              record: `${encode({ ...HEADER, alg: 'none', typ: TYP })}.${encode(claimsOf(stored(own).record))}.AA`,
            }),
          'token_signature_invalid',
        ],
        ['a record that is no text', (own) => write(own, { record: 7 }), 'token_missing'],
        ['no record', (own) => write(own, { record: undefined }), 'token_missing'],
      ]
      for (const [what, attack, code] of ATTACKS) {
        test(`is refused with ${what}`, async () => {
          const issuer = await service(keys, BANK)
          const own = await logIn(issuer, 'ada', 600)
          const other = await logIn(issuer, 'grace')
          attack(own.key, other.key)
          for (const app of [issuer, await service(keys)]) {
            const response = await send(app, own.id)
            assert.deepEqual([response.statusCode, response.json().code], [401, code])
          }
          assert.equal((await send(issuer, other.id)).json().identity.username, 'grace')
        })
      }

      test('cannot be moved to a session id of the attacker', async () => {
        const issuer = await service(keys, BANK)
        const { key } = await logIn(issuer)
        const { key: mine, id } = await logIn(issuer, 'mallory')
        rows.set(mine, rows.get(key) ?? '')
        assert.equal((await send(issuer, id)).json().code, 'token_claims_invalid')
        const chosen = 'A'.repeat(43)
        rows.set(chosen, rows.get(key) ?? '')
        assert.equal((await send(issuer, chosen)).json().code, 'token_missing')
      })

      test('expires with the session, regardless of writes', async () => {
        const issuer = await service(keys, BANK)
        const { id, key } = await logIn(issuer)
        setClock(NOW + 43_199)
        assert.equal((await send(issuer, id)).statusCode, 200)
        write(key, { seenAtSeconds: NOW + 99_999 })
        setClock(NOW + 43_200)
        assert.equal((await send(issuer, id)).json().code, 'token_expired')
      })
    })
  }

  test('does not reveal the session id to a reader of the store', async () => {
    const issuer = await service(SECRETS, BANK)
    const { id, key } = await logIn(issuer)
    assert.notEqual(id, key)
    assert.doesNotMatch([...rows].flat().join(), new RegExp(id))
    assert.equal((await send(issuer, key)).json().code, 'token_missing')
  })

  test('an access token is no record, and a record is no access token', async () => {
    const issuer = await service(SECRETS, BANK)
    const { id, key } = await logIn(issuer)
    const response = await issuer.inject({ url: '/', headers: { authorization: `Bearer ${stored(key).record}` } })
    assert.equal(response.json().code, 'token_claims_invalid')
    write(key, { record: forge({ ...CLAIMS, jti: key, exp: NOW + 300 }) })
    assert.equal((await send(issuer, id)).json().code, 'token_claims_invalid')
  })

  test('is valid through a key rotation, until its key is removed', async () => {
    const { id } = await logIn(await service(SECRETS, BANK))
    const [first] = SECRETS.all
    const [next] = parseSecrets(LATER_SECRET).all
    assert.ok(first && next)
    assert.equal((await send(await service(keyRing([next, first])), id)).statusCode, 200)
    const pairs = keyPair('e1')
    assert.equal((await send(await service(keyRing([...pairs.all, first])), id)).statusCode, 200)
    for (const ring of [keyRing([next]), pairs]) {
      assert.equal((await send(await service(ring), id)).json().code, 'token_signature_invalid')
    }
  })

  test('is written at most once a minute, without changing its record', async () => {
    const issuer = await service(SECRETS, BANK)
    const { id, key } = await logIn(issuer)
    const { record } = stored(key)
    for (const [seconds, seenAt] of [
      [59, 0],
      [60, 60],
      [100, 60],
      [120, 120],
    ] as const) {
      setClock(NOW + seconds)
      await send(issuer, id)
      assert.deepEqual(stored(key).seenAtSeconds, NOW + seenAt)
    }
    assert.equal(stored(key).record, record)
  })
})
