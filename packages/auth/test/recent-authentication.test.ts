import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify from 'fastify'
import { parseSecrets } from '../src/keys/secrets.js'
import { deriveRecentProof, recentAuthentication, verifyRecentProof } from '../src/recent-authentication.js'
import { deriveRefreshToken } from '../src/refresh/token.js'

const OLD = 'old:an-older-secret-for-tests-of-at-least-32-bytes'
const NEW = 'new:a-newer-secret-for-tests-of-at-least-32-bytes'
const keys = parseSecrets(OLD)
const SID = 'b3f6e8a0-0000-4000-8000-000000000001'
const TIME = 1_795_000_000
const authentication = { authTimeSeconds: TIME, amr: ['hwk', 'user'] }
const proof = deriveRecentProof(keys, SID, authentication)
const verify = (value: string, { sid = SID, ageSeconds = 0, ring = keys } = {}) =>
  verifyRecentProof(ring, sid, value, new Date((TIME + ageSeconds) * 1000 + 999))

describe('the proof of an authentication', () => {
  test('says when and how, for five minutes to the second', () => {
    assert.deepEqual(verify(proof), authentication)
    assert.deepEqual(verify(proof, { ageSeconds: 300 }), authentication)
    assert.equal(verify(proof, { ageSeconds: 301 }), null)
  })

  test('may be as far ahead as clocks differ', () => {
    assert.deepEqual(verify(proof, { ageSeconds: -10 }), authentication)
    assert.equal(verify(proof, { ageSeconds: -11 }), null)
  })

  test('is of one session', () => {
    assert.equal(verify(proof, { sid: SID.replace(/1$/, '2') }), null)
  })

  test('verifies with every key of the ring, and is derived with the first', () => {
    const rotated = parseSecrets(`${NEW},${OLD}`)
    assert.deepEqual(verify(proof, { ring: rotated }), authentication)
    assert.match(deriveRecentProof(rotated, SID, authentication), /^new:/)
    assert.equal(verify(proof, { ring: parseSecrets(NEW) }), null)
  })

  const [kid, time, methods, mac = ''] = proof.split(':')
  for (const [what, value] of [
    ['another time', `${kid}:${TIME + 1}:${methods}:${mac}`],
    ['another method', `${kid}:${time}:pwd:${mac}`],
    ['fewer methods', `${kid}:${time}:hwk:${mac}`],
    ['another kid', `new:${time}:${methods}:${mac}`],
    ['a leading zero', `${kid}:0${time}:${methods}:${mac}`],
    [
      'another encoding of the same bytes',
      proof.slice(0, -1) +
        ({ A: 'B', Q: 'R', g: 'h', w: 'x' }[mac.at(-1) ?? ''] ?? String.fromCharCode(mac.charCodeAt(42) + 1)),
    ],
    ['no mac', `${kid}:${time}:${methods}:`],
    ['nothing', ''],
    ['a refresh token', deriveRefreshToken(keys, { sid: SID, generation: 0 })],
  ] as const) {
    test(`is refused with ${what}`, () => assert.equal(verify(value), null))
  }
})

describe('the cookie of the proof', () => {
  const scope = { prefix: 'signet', domain: 'example.com', secure: true }
  const now = new Date(TIME * 1000)

  async function exchange(cookie: string) {
    const app = Fastify()
    const recent = recentAuthentication(scope, keys)
    app.get('/', async (request, reply) => {
      const presented = recent.presented(request, SID, now)
      for (const ageSeconds of [0, 100, 300]) {
        recent.set(reply, SID, { ...authentication, authTimeSeconds: TIME - ageSeconds }, TIME)
      }
      return { presented }
    })
    const answer = await app.inject({ url: '/', headers: { cookie } })
    await app.close()
    return { presented: answer.json().presented, set: [answer.headers['set-cookie'] ?? []].flat() }
  }

  test('is of the issuer’s host alone, and lives no longer than the proof', async () => {
    const { set } = await exchange('')
    assert.deepEqual(
      set.map((line) => line.replace(/=[^;]+/, '')),
      [300, 200].map((seconds) => `__Host-signet_recent; Max-Age=${seconds}; Path=/; HttpOnly; Secure; SameSite=Lax`),
    )
  })

  test('is found beside planted ones, and the newest counts', async () => {
    const older = deriveRecentProof(keys, SID, { authTimeSeconds: TIME - 60, amr: ['pwd'] })
    const name = '__Host-signet_recent'
    const { presented } = await exchange(`${name}=planted; ${name}=${older}; ${name}=${proof}`)
    assert.deepEqual(presented, authentication)
    assert.equal((await exchange(`${name}=planted`)).presented, null)
  })
})
