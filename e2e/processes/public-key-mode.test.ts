// In public-key mode retirement verifies with the bank's public keys and holds no key that can sign.
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startDemo } from '@signet/scripts/demo'
import { openOwnServer, until } from '@signet/testing'
import { assertNoKeyInLogs, base64url, eddsa, forge, hmac, keys, pairsIn } from './key-files.js'
import { assertResponse, call, claimsOf, headerOf, me, register, renew, tokensIn } from './requests.js'
import { openWorld } from './world.js'

// `npm start` creates its own roles and databases.
const postgres = await openOwnServer({ durable: true })
const world = await openWorld({ postgres })
after(() => world.close())
const file = join(world.dataDir, 'keys', 'demo.json')

test("in public-key mode retirement verifies with the bank's public keys and cannot sign", async (t) => {
  await keys('add', file)
  const [pair] = await pairsIn(file)
  assert.ok(pair)
  const demo = await startDemo({
    DATA_DIR: world.dataDir,
    DATABASE_URL: postgres.adminUrl,
    BANK_PORT: String(world.ports.bank),
    RETIREMENT_PORT: String(world.ports.retirement),
    JWT_PRIVATE_KEYS_FILE: file,
    DEMO: '0',
    LOGIN_RATE_LIMIT: '0',
    REVOCATION_MAX_AGE: '3600',
  })
  const stops: (() => Promise<unknown>)[] = [() => demo.stop()]
  try {
    const bank = { name: 'bank', port: demo.ports.bank, url: `http://127.0.0.1:${demo.ports.bank}` }
    const retirement = {
      name: 'retirement',
      port: demo.ports.retirement,
      url: `http://127.0.0.1:${demo.ports.retirement}`,
    }
    const both = [bank, retirement]
    const { refresh, token: firstToken } = await register(bank)
    const person = { token: firstToken }
    assert.deepEqual(headerOf(person.token), { alg: 'EdDSA', typ: 'at+jwt', kid: pair.kid })
    for (const service of both) assertResponse(await me(service, person.token), 200)

    await t.test('the published set contains public keys only', async () => {
      const { text } = assertResponse(await call(bank, 'GET', '/.well-known/jwks.json'), 200)
      const { kid, kty, crv, x } = pair
      assert.deepEqual(JSON.parse(text), { keys: [{ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }] })
      assert.ok(!text.includes(pair.d))
    })

    await t.test(
      "retirement's environment contains no signing key",
      { skip: !existsSync('/proc/self/environ') && 'needs /proc' },
      async () => {
        const read = async (pid: number) => (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
        const environment = await read(demo.services.retirement.pid)
        const names = environment.map((entry) => entry.split('=', 1).join())
        assert.ok(names.includes('JWT_JWKS_URL'))
        assert.deepEqual(
          names.filter((name) => /SECRET|PRIVATE/.test(name)),
          [],
        )
        const text = environment.join('\n')
        for (const secret of [pair.d, file]) assert.ok(!text.includes(secret))
        // Proves the check: the bank's environment does name the file.
        assert.ok((await read(demo.services.bank.pid)).includes(`JWT_PRIVATE_KEYS_FILE=${file}`))
      },
    )

    await t.test('both services refuse tokens forged with anything that retirement has', async () => {
      const { x = '' } = pair
      const claims = claimsOf(person.token)
      const privateKey = createPrivateKey({ key: pair, format: 'jwk' })
      const publicKey = createPublicKey(privateKey)
      const real = { alg: 'EdDSA', typ: 'at+jwt', kid: pair.kid }
      const genuine = forge(real, claims, eddsa(privateKey))
      for (const service of both) assertResponse(await me(service, genuine), 200)

      const published: { keys: object[] } = JSON.parse((await call(bank, 'GET', '/.well-known/jwks.json')).text)
      const pem = String(publicKey.export({ type: 'spki', format: 'pem' }))
      const secrets: Record<string, string | Buffer> = {
        'the PEM': pem,
        'the PEM without its last line break': pem.trim(),
        'the SPKI DER': publicKey.export({ type: 'spki', format: 'der' }),
        'x of the JWK': x,
        'the bytes of x': Buffer.from(x, 'base64url'),
        'the JWK as text': JSON.stringify(published.keys[0]),
        'the set as text': JSON.stringify(published),
        'an empty secret': '',
        'the kid': pair.kid,
      }
      const attackers = generateKeyPairSync('ed25519')
      const jwk = attackers.publicKey.export({ format: 'jwk' })
      const none = () => ''
      const forged: Record<string, string> = {
        ...Object.fromEntries(
          Object.entries(secrets).flatMap(([what, secret]) => [
            [`HS256 with ${what}`, forge({ ...real, alg: 'HS256' }, claims, hmac(secret))],
            [`HS256 with ${what}, called EdDSA`, forge(real, claims, hmac(secret))],
            [`HS256 with ${what}, no kid`, forge({ alg: 'HS256', typ: 'at+jwt' }, claims, hmac(secret))],
          ]),
        ),
        "the attacker's pair under the bank's kid": forge(real, claims, eddsa(attackers.privateKey)),
        "the attacker's pair brought along": forge({ ...real, jwk }, claims, eddsa(attackers.privateKey)),
        "the attacker's pair by URL": forge(
          { ...real, kid: 'attacker', jku: `${bank.url}/.well-known/jwks.json` },
          claims,
          eddsa(attackers.privateKey),
        ),
        ...Object.fromEntries(
          ['none', 'None', 'NONE'].map((alg) => [`alg ${alg}`, forge({ ...real, alg }, claims, none)]),
        ),
        'alg none without kid': forge({ alg: 'none', typ: 'at+jwt' }, claims, none),
        'no signature': forge(real, claims, none),
        'the genuine signature under another name': genuine.replace(
          genuine.split('.')[1] ?? '',
          base64url(JSON.stringify({ ...claims, username: 'somebody-else' })),
        ),
      }
      for (const [what, token] of Object.entries(forged)) {
        for (const service of both) {
          const presented = [await me(service, token), await call(service, 'GET', '/api/me', { bearer: token })]
          for (const response of presented) assert.equal(response.status, 401, `${what} at ${service.name}`)
        }
      }
      t.diagnostic(`${Object.keys(forged).length} forgeries, each by cookie and by header at both apps`)
    })

    const fetches = async () => {
      const { text } = await call(bank, 'GET', '/metrics')
      const lines = text.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
      const counted = lines.filter((line) => line.includes('route="/.well-known/jwks.json"'))
      return counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    }
    const unknownKid = () =>
      forge({ alg: 'EdDSA', typ: 'at+jwt', kid: randomBytes(4).toString('hex') }, claimsOf(person.token), none64)
    const none64 = () => randomBytes(64)

    await t.test('unknown key ids make retirement fetch the keys at most once in five seconds', async () => {
      const before = await fetches()
      const since = performance.now()
      for (let round = 0; round < 10; round += 1) {
        const responses = await Promise.all(Array.from({ length: 10 }, () => me(retirement, unknownKid())))
        for (const response of responses) assertResponse(response, 401, 'token_signature_invalid')
        assertResponse(await me(retirement, person.token), 200)
      }
      const asked = (await fetches()) - before
      const allowed = 1 + Math.floor((performance.now() - since) / 5_000)
      t.diagnostic(`100 unknown key ids: ${asked} requests to the bank`)
      assert.ok(asked <= allowed, `${asked} requests, allowed ${allowed}`)
    })

    await t.test('retirement learns a new key without a restart', async () => {
      await keys('add', file)
      await keys('promote', file)
      const [first] = await pairsIn(file)
      assert.ok(first)
      assert.notEqual(first.kid, pair.kid)
      await demo.services.bank.stop()
      const next = await world.start('bank', {
        port: demo.ports.bank,
        env: {
          DATABASE_URL: demo.databases.bank,
          SESSION_STORE_URL: demo.databases.store,
          JWT_SECRET: undefined,
          JWT_PRIVATE_KEYS_FILE: file,
          REFRESH_TOKEN_SECRET: undefined,
          REFRESH_TOKEN_SECRET_FILE: join(world.dataDir, 'secrets', 'refresh-token-secret'),
        },
      })
      stops.unshift(() => next.stop())
      const token = tokensIn(assertResponse(await renew(next, refresh), 200)).token.value
      assert.equal(headerOf(token).kid, first.kid)
      await until(
        () => me(retirement, token),
        ({ status }) => status === 200,
        { what: 'the new key at retirement' },
      )
      for (const one of [token, person.token]) assertResponse(await me(retirement, one), 200)
      person.token = token
    })

    await t.test(
      'while the bank is down known keys verify, and an unknown one gets 503 and keeps its cookie',
      async () => {
        await stops.shift()?.()
        assertResponse(await me(retirement, person.token), 200)
        const response = await until(
          () => me(retirement, unknownKid()),
          ({ status }) => status !== 401,
          { what: '503' },
        )
        assertResponse(response, 503, 'unavailable')
        assert.deepEqual(response.cookies, {})
        assertResponse(await me(retirement, person.token), 200)
        const { text } = await call(retirement, 'GET', '/metrics')
        assert.match(text, /^jwks_keys_held\{[^}]*\} 2$/m)
        assert.match(text, /^jwks_failures_total\{[^}]*\} [1-9]/m)
      },
    )
  } finally {
    for (const stop of stops.splice(0)) await stop()
  }
})

test('no log line contains a key, a secret or a whole JWT', () => assertNoKeyInLogs(world, { pairs: [file] }))
