import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { keyRing } from '../../src/issuer.js'
import { type KeyRing, parseSecrets } from '../../src/verifier.js'
import { BANK, CLAIMS, encode, forge, freezeClock, HEADER, NOW, RETIREMENT, setClock } from '../support.js'
import { keyPair, sessionService } from './session-service.js'

const SECRETS = parseSecrets(`k1:${'a-secret-for-tests-of-at-least-32-bytes'}`)
const LATER_SECRET = 'k2:the-next-secret-for-tests-of-at-least-32-bytes'
const TYP = 'session+jwt'

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

  async function service(keys: KeyRing, audience = RETIREMENT): Promise<FastifyInstance> {
    const app = await sessionService(rows, keys, audience)
    apps.push(app)
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
