// Keys are replaced and moved while people are at work, as docs/keys.md says, and nobody notices.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { until } from '@signet/testing'
import { assertNoKeyInLogs, forge, hmac, keys, pairsIn, secretsIn } from './key-files.mjs'
import { startClients, startFront } from './people-at-work.mjs'
import { assertAnswer, call, claimsOf, headerOf, me, register } from './requests.mjs'
import { openWorld } from './world.mjs'

const world = await openWorld()
after(() => world.close())
const secretsFile = join(world.dataDir, 'keys', 'jwt-secret')
const pairsFile = join(world.dataDir, 'keys', 'pairs.json')
const accessTokenSeconds = 120
const ACCESS_TOKEN_TTL = String(accessTokenSeconds)

describe('keys', { concurrency: true }, () => {
  test('a shared secret is rotated as docs/keys.md says, process after process, and no request of anybody fails', async (t) => {
    assert.match(await keys('add', secretsFile), / signs\n$/)
    assert.equal((await stat(secretsFile)).mode & 0o777, 0o600)
    const [old] = await secretsIn(secretsFile)
    const front = await startFront()
    t.after(front.close)
    const env = {
      JWT_SECRET: undefined,
      JWT_SECRET_FILE: secretsFile,
      ACCESS_TOKEN_TTL,
      BANK_INTERNAL_URL: front.url,
    }
    // The other bank is replaced most often, and takes no processes of its own.
    const started = await Promise.all([
      world.start('bank', { env }),
      world.startHere('bank', { env }),
      world.start('retirement', { env }),
    ])
    let [bank, otherBank, retirement] = started
    front.leadTo(bank)
    const clients = startClients(started, { accessTokenSeconds })
    const people = await Promise.all([register(bank), register(otherBank)])
    clients.begin(people)
    t.after(clients.end)

    const replaceRetirement = async () => {
      retirement = await clients.replace(retirement, await world.start('retirement', { env }))
    }
    const replaceOtherBank = async () => {
      const next = await world.startHere('bank', { env })
      otherBank = await clients.replace(otherBank, next, () => {
        if (bank === undefined) front.leadTo(next)
      })
    }
    const replaceBank = async () => {
      const next = await world.start('bank', { env })
      bank = await clients.replace(bank, next, () => front.leadTo(next))
    }
    const oldToken = () =>
      forge({ alg: 'HS256', typ: 'at+jwt', kid: old.kid }, claimsOf(people[0].token), hmac(old.secret))

    assert.match(await keys('add', secretsFile), / signs\n.* verifies\n/)
    const [, next] = await secretsIn(secretsFile)
    await replaceRetirement()
    await replaceOtherBank()
    await replaceBank()
    assert.deepEqual([...clients.kids], [old.kid], 'nothing is signed with the new secret before everybody knows it')

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
    // One bank goes on: what each process does is the same from here on.
    await clients.takeOut(bank, () => front.leadTo(otherBank))
    bank = undefined
    for (const service of [otherBank, retirement]) assertAnswer(await me(service, oldToken()), 200)

    // What docs/keys.md waits ACCESS_TOKEN_TTL for.
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
      assertAnswer(await me(service, current.token), 200)
      assertAnswer(await me(service, oldToken()), 401, 'token_signature_invalid')
    }
    for (const { secret } of [old, next]) {
      assert.ok(![promoted, retired].some((printed) => printed.includes(secret)), 'the script prints no secret')
    }
    await Promise.all([otherBank, retirement].map((service) => service.stop()))
  })

  test('moving from the shared secret to a key pair signs nobody out', async (t) => {
    await keys('add', pairsFile)
    const [{ kid }] = await pairsIn(pairsFile)
    const front = await startFront()
    t.after(front.close)
    const common = { ACCESS_TOKEN_TTL, BANK_INTERNAL_URL: front.url }
    const jwks = { JWT_JWKS_URL: `${front.url}/.well-known/jwks.json` }
    // The test above replaces processes; here the keys are what matters.
    const start = (name, env) => world.startHere(name, { env: { ...common, ...env } })

    let [bank, retirement] = await Promise.all([start('bank'), start('retirement')])
    front.leadTo(bank)
    const clients = startClients([bank, retirement], { accessTokenSeconds })
    const people = await Promise.all([register(bank), register(bank)])
    const [{ kid: sharedKid }] = people.map(({ token }) => headerOf(token))
    const sids = people.map(({ token }) => claimsOf(token).sid)
    clients.begin(people)
    t.after(clients.end)

    const replaceRetirement = async (env) => {
      retirement = await clients.replace(retirement, await start('retirement', env))
    }
    const replaceBank = async (env) => {
      const next = await start('bank', env)
      bank = await clients.replace(bank, next, () => front.leadTo(next))
    }

    assert.deepEqual((await call(bank, 'GET', '/.well-known/jwks.json')).body, { keys: [] })
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
    const [secret] = world.shared.JWT_SECRET.split(':').slice(1)
    const leftOver = forge({ alg: 'HS256', typ: 'at+jwt', kid: sharedKid }, claimsOf(people[0].token), hmac(secret))
    for (const service of [bank, retirement]) assertAnswer(await me(service, leftOver), 401, 'token_signature_invalid')
    await Promise.all([bank, retirement].map((service) => service.stop()))
  })
})

test('no log line holds a key, a secret or a whole JWT', () =>
  assertNoKeyInLogs(world, { pairs: [pairsFile], secrets: [secretsFile] }))
