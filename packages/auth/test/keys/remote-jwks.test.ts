import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { parsePrivateJwks, publicJwks } from '../../src/issuer.js'
import { AuthError, remoteJwks } from '../../src/verifier.js'
import { collectGarbageAgainAndAgain } from '../garbage.js'

const ringOf = (...kids: string[]) =>
  parsePrivateJwks(
    JSON.stringify({
      keys: kids.map((kid) => ({ kid, ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) })),
    }),
  )

describe('the public keys of the bank', () => {
  let server: Server
  let published: object = publicJwks(ringOf('k1'))
  let asked = 0
  let stalls = false
  let url = ''
  before(async () => {
    server = createServer((_request, response) => {
      asked += 1
      response.setHeader('content-type', 'application/json')
      if (stalls) response.write('{"keys":')
      else response.end(JSON.stringify(published))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  test('are fetched once for the first tokens', async () => {
    const jwks = remoteJwks({ url })
    asked = 0
    const found = await Promise.all([jwks.find('k1'), jwks.find('k1')])
    assert.deepEqual(
      found.map((key) => [key?.kid, key?.alg]),
      [
        ['k1', 'EdDSA'],
        ['k1', 'EdDSA'],
      ],
    )
    assert.equal(asked, 1)
    assert.ok(!(jwks.find('k1') instanceof Promise), 'a known key is answered at once')
    jwks.close()
  })

  test('any number of tokens with unknown keys causes one request', async () => {
    const jwks = remoteJwks({ url })
    await jwks.find('k1')
    asked = 0
    const found = await Promise.all(Array.from({ length: 50 }, (_, index) => jwks.find(`made-up-${index}`)))
    assert.deepEqual(new Set(found), new Set([undefined]))
    assert.ok(asked <= 1, `asked ${asked} times`)
    jwks.close()
  })

  test('a removed key is dropped at the next reload', async () => {
    const jwks = remoteJwks({ url })
    await jwks.find('k1')
    published = publicJwks(ringOf('k2'))
    await jwks.reload()
    assert.ok((await jwks.find('k2'))?.verificationKey.includes('PUBLIC KEY'))
    assert.equal(await jwks.find('k1'), undefined)
    jwks.close()
  })

  test('an invalid key is ignored, and the others are used', async () => {
    const { keys } = publicJwks(ringOf('k4'))
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({ format: 'jwk' })
    const okp = { kty: 'OKP', crv: 'Ed25519' }
    published = {
      keys: [
        { kid: 'short', ...okp, x: 'AA' },
        { kid: 'no-x', ...okp },
        { kid: 1, ...keys[0] },
        { kid: 'oct', kty: 'oct', k: 'c2VjcmV0' },
        { kid: 'rsa', ...rsa },
        { ...keys[0], kid: '__proto__' },
        ...keys,
      ],
    }
    const jwks = remoteJwks({ url })
    await jwks.reload()
    for (const kid of ['short', 'no-x', 'oct', 'rsa', 'constructor', 'toString'])
      assert.equal(await jwks.find(kid), undefined, kid)
    assert.equal((await jwks.find('k4'))?.kid, 'k4')
    jwks.close()
  })

  test('while the bank is down the last keys stay in use, and an unknown key is unavailable', async () => {
    published = publicJwks(ringOf('k3'))
    const jwks = remoteJwks({ url })
    const never = remoteJwks({ url: 'http://127.0.0.1:9/jwks.json' })
    assert.equal((await jwks.find('k3'))?.kid, 'k3')
    published = { nonsense: true }
    await assert.rejects(jwks.reload())
    assert.equal((await jwks.find('k3'))?.kid, 'k3')
    await assert.rejects(
      async () => never.find('k3'),
      (error) => error instanceof AuthError && error.code === 'unavailable' && /keys/.test(error.message),
    )
    jwks.close()
    never.close()
  })

  test('a stalled response times out, also after a garbage collection', async (t) => {
    published = publicJwks(ringOf('k5'))
    const jwks = remoteJwks({ url })
    await jwks.reload()
    stalls = true
    t.after(() => {
      stalls = false
      jwks.close()
    })
    collectGarbageAgainAndAgain(t)
    await assert.rejects(jwks.reload(), /timed out/)
    assert.equal((await jwks.find('k5'))?.kid, 'k5')
    stalls = false
    published = publicJwks(ringOf('k6'))
    await jwks.reload()
    assert.equal((await jwks.find('k6'))?.kid, 'k6')
  })
})
