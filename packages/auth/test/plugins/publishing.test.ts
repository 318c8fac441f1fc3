import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { type TestContext, test } from 'node:test'
import {
  isRevoked,
  keyRing,
  parsePrivateJwks,
  publishing,
  statusBits,
  statusListSource,
  statusListVersion,
} from '../../src/issuer.js'
import { httpStatusListSource, parseSecrets } from '../../src/verifier.js'
import { BANK, createApp, KEYS } from '../support.js'

/** An issuer with one list, whose sessions the test revokes. */
async function publish(t: TestContext, keys = KEYS) {
  let version = statusListVersion(statusBits([]), 0)
  const store = new EventEmitter()
  const statusLists = statusListSource(async (id) => {
    store.emit('read')
    return id === '0' ? version : null
  })
  const app = await createApp({
    issuer: true,
    audience: BANK,
    keys,
    extend: async (app) => {
      await app.register(publishing, { keys, statusLists })
    },
  })
  t.after(() => app.close())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const revoke = (idx: number) => {
    version = statusListVersion(statusBits([idx], version.bits), Date.now())
    statusLists.readSoon()
  }
  /** Sends a request that waits for a change, and returns the response once the request is held. */
  async function hold(seconds: number) {
    const held = once(store, 'read')
    const headers = { 'if-none-match': version.etag, prefer: `wait=${seconds}` }
    const response = fetch(`${url}/status-lists/0`, { headers })
    await held
    return { response }
  }
  return { app, url, store, revoke, hold }
}

test('a verifier reads the published list, and a held request hears of a revocation', async (t) => {
  const issuer = await publish(t)
  const source = httpStatusListSource({ keys: KEYS, issuer: BANK, internalUrl: issuer.url })
  const first = await source.fetch('0', undefined)
  assert.ok(first !== null && first !== 'unchanged')
  assert.equal(isRevoked(first.bits, 7), false)
  const held = source.fetch('0', first.etag, { seconds: 20, signal: new AbortController().signal })
  await once(issuer.store, 'read')
  issuer.revoke(7)
  const next = await held
  assert.ok(next !== null && next !== 'unchanged')
  assert.equal(isRevoked(next.bits, 7), true)
})

test('a held request is answered 304 when the time is over, and when the service closes', async (t) => {
  const issuer = await publish(t)
  const short = await issuer.hold(1)
  assert.equal((await short.response).status, 304)
  const long = await issuer.hold(30)
  await issuer.app.close()
  assert.equal((await long.response).status, 304)
})

test('a request that names no list, or a dropped one, gets 404 with a code that verifiers know', async (t) => {
  const { url } = await publish(t)
  for (const id of ['01', 'x', '1']) {
    const response = await fetch(`${url}/status-lists/${id}`)
    assert.deepEqual([response.status, ((await response.json()) as { code: string }).code], [404, 'not_found'], id)
  }
})

test('the public keys are published, and no shared secret', async (t) => {
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'e1' }
  const pair = parsePrivateJwks(JSON.stringify({ keys: [jwk] }))
  const { url } = await publish(
    t,
    keyRing([...pair.all, ...parseSecrets('s1:a-secret-that-is-never-published-anywhere').all]),
  )
  const response = await fetch(`${url}/.well-known/jwks.json`)
  assert.equal(response.headers.get('cache-control'), 'public, max-age=60')
  assert.deepEqual(await response.json(), {
    keys: [{ kid: 'e1', kty: 'OKP', crv: 'Ed25519', x: jwk.x, alg: 'EdDSA', use: 'sig' }],
  })
})
