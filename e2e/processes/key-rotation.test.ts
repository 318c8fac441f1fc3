// Follows docs/keys.md while clients send requests: no request may fail.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { until } from '@signet/testing'
import { startClients, startFront } from './busy-clients.js'
import { assertNoKeyInLogs, forge, hmac, keys, pairsIn, secretsIn } from './key-files.js'
import { assertResponse, call, claimsOf, headerOf, me, register } from './requests.js'
import type { Environment, Service, ServiceName } from './services.js'
import { openWorld } from './world.js'

const world = await openWorld()
after(() => world.close())
const secretsFile = join(world.dataDir, 'keys', 'jwt-secret')
const pairsFile = join(world.dataDir, 'keys', 'pairs.json')
const accessTokenSeconds = 120
const ACCESS_TOKEN_TTL = String(accessTokenSeconds)

describe('keys', { concurrency: true }, () => {
  test('no request fails while a shared secret is rotated process by process, as in docs/keys.md', async (t) => {
    assert.match(await keys('add', secretsFile), / signs\n$/)
    assert.equal((await stat(secretsFile)).mode & 0o777, 0o600)
    const [old] = await secretsIn(secretsFile)
    assert.ok(old)
    const front = await startFront()
    t.after(front.close)
    const env = {
      JWT_SECRET: undefined,
      JWT_SECRET_FILE: secretsFile,
      ACCESS_TOKEN_TTL,
      BANK_INTERNAL_URL: front.url,
    }
    // This bank is replaced most often, so it runs in this process.
    const [firstBank, ...others] = await Promise.all([
      world.start('bank', { env }),
      world.startHere('bank', { env }),
      world.start('retirement', { env }),
    ])
    let bank: Service | undefined = firstBank
    let [otherBank, retirement]: [Service, Service] = others
    front.pointTo(bank)
    const clients = startClients([firstBank, ...others], { accessTokenSeconds })
    const person = await register(bank)
    clients.begin([person, await register(otherBank)])
    t.after(clients.end)

    const replaceRetirement = async () => {
      retirement = await clients.replace(retirement, await world.start('retirement', { env }))
    }
    const replaceOtherBank = async () => {
      const next = await world.startHere('bank', { env })
      otherBank = await clients.replace(otherBank, next, () => {
        if (bank === undefined) front.pointTo(next)
      })
    }
    const oldToken = () =>
      forge({ alg: 'HS256', typ: 'at+jwt', kid: old.kid }, claimsOf(person.token), hmac(old.secret))

    assert.match(await keys('add', secretsFile), / signs\n.* verifies\n/)
    const [, next] = await secretsIn(secretsFile)
    assert.ok(next)
    await replaceRetirement()
    await replaceOtherBank()
    const nextBank = await world.start('bank', { env })
    bank = await clients.replace(bank, nextBank, () => front.pointTo(nextBank))
    assert.deepEqual([...clients.kids], [old.kid], 'no token is signed with the new secret before every process has it')

    const promoted = await keys('promote', secretsFile)
    assert.deepEqual(
      (await secretsIn(secretsFile)).map(({ kid }) => kid),
      [next.kid, old.kid],
    )
    await replaceOtherBank()
    await until(
      () => clients.kids.size,
      (size) => size === 2,
      { what: 'a token signed with the new secret, beside a bank that signs with the old one' },
    )
    // One bank remains: from here on all banks behave the same.
    await clients.takeOut(bank, () => front.pointTo(otherBank))
    bank = undefined
    for (const service of [otherBank, retirement]) assertResponse(await me(service, oldToken()), 200)

    // In docs/keys.md, waiting for ACCESS_TOKEN_TTL ensures this.
    await clients.untilAllHold(next.kid)
    const retired = await keys('retire', secretsFile)
    assert.deepEqual(await secretsIn(secretsFile), [next])
    await replaceRetirement()
    await replaceOtherBank()
    await clients.untilAllRenewed()
    await clients.untilAllHold(next.kid)
    await clients.end()

    t.diagnostic(`${clients.requests()} requests, ${clients.failures.length} failures, 6 services replaced`)
    assert.deepEqual(clients.failures, [])
    assert.ok(clients.requests() > 100)
    const current = await register(otherBank)
    assert.equal(headerOf(current.token).kid, next.kid)
    for (const service of [otherBank, retirement]) {
      assertResponse(await me(service, current.token), 200)
      assertResponse(await me(service, oldToken()), 401, 'token_signature_invalid')
    }
    for (const { secret } of [old, next]) {
      assert.ok(![promoted, retired].some((printed) => printed.includes(secret)), 'the command prints no secret')
    }
    await Promise.all([otherBank, retirement].map((service) => service.stop()))
  })

  test('moving from the shared secret to a key pair signs no user out', async (t) => {
    await keys('add', pairsFile)
    const [pair] = await pairsIn(pairsFile)
    assert.ok(pair)
    const { kid } = pair
    const front = await startFront()
    t.after(front.close)
    const common = { ACCESS_TOKEN_TTL, BANK_INTERNAL_URL: front.url }
    const jwks = { JWT_JWKS_URL: `${front.url}/.well-known/jwks.json` }
    // The test above replaces processes. This one is about the keys.
    const start = (name: ServiceName, env: Environment = {}) => world.startHere(name, { env: { ...common, ...env } })

    let [bank, retirement] = await Promise.all([start('bank'), start('retirement')])
    front.pointTo(bank)
    const clients = startClients([bank, retirement], { accessTokenSeconds })
    const [person, other] = await Promise.all([register(bank), register(bank)])
    const people = [person, other]
    const { kid: sharedKid } = headerOf(person.token)
    const sids = people.map(({ token }) => claimsOf(token).sid)
    clients.begin(people)
    t.after(clients.end)

    const replaceRetirement = async (env: Environment) => {
      retirement = await clients.replace(retirement, await start('retirement', env))
    }
    const replaceBank = async (env: Environment) => {
      const next = await start('bank', env)
      bank = await clients.replace(bank, next, () => front.pointTo(next))
    }

    assert.deepEqual(JSON.parse((await call(bank, 'GET', '/.well-known/jwks.json')).text), { keys: [] })
    await replaceRetirement(jwks)
    await replaceBank({ JWT_PRIVATE_KEYS_FILE: pairsFile })
    await clients.untilAllHold(kid)
    for (const { token } of people) assert.equal(headerOf(token).alg, 'EdDSA')
    await replaceRetirement({ ...jwks, JWT_SECRET: undefined })
    await replaceBank({ JWT_PRIVATE_KEYS_FILE: pairsFile, JWT_SECRET: undefined })
    await clients.untilAllRenewed()
    await clients.end()

    t.diagnostic(`${clients.requests()} requests, ${clients.failures.length} failures`)
    assert.deepEqual(clients.failures, [])
    assert.deepEqual([...clients.kids], [sharedKid, kid])
    assert.deepEqual(
      people.map(({ token }) => claimsOf(token).sid),
      sids,
    )
    const [, secret = ''] = world.shared.JWT_SECRET.split(':')
    const leftOver = forge({ alg: 'HS256', typ: 'at+jwt', kid: sharedKid }, claimsOf(person.token), hmac(secret))
    for (const service of [bank, retirement])
      assertResponse(await me(service, leftOver), 401, 'token_signature_invalid')
    await Promise.all([bank, retirement].map((service) => service.stop()))
  })
})

test('no log line contains a key, a secret or a whole JWT', () =>
  assertNoKeyInLogs(world, { pairs: [pairsFile], secrets: [secretsFile] }))
