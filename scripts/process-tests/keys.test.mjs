// Keys are replaced and moved while people are at work, and what retirement holds in public-key mode signs nothing.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { startDemo } from '../demo.mjs'
import {
  assertAnswer,
  call,
  claimsOf,
  headerOf,
  logsOf,
  me,
  ms,
  openWorld,
  register,
  renew,
  root,
  until,
} from './support.mjs'

const world = await openWorld()
after(() => world.close())

/** `npm run keys -- action file`, and what it printed. */
async function keys(action, file) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/keys.mjs'), action, file])
  return stdout
}

const secretsIn = async (file) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split(',')
    .map((entry) => entry.split(':'))
    .map(([kid, secret]) => ({ kid, secret }))
const pairsIn = async (file) => JSON.parse(await readFile(file, 'utf8')).keys

const base64url = (value) => Buffer.from(value).toString('base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** A token with these claims, good from now on, that `signature` signs: a function of what is signed. */
function forge(header, claims, signature) {
  const fresh = { ...claims, iat: seconds(), exp: seconds() + 3, jti: randomBytes(16).toString('base64url') }
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(fresh))}`
  return `${signed}.${base64url(signature(signed))}`
}
const hmac = (secret) => (signed) => createHmac('sha256', secret).update(signed).digest()
const eddsa = (privateKey) => (signed) => sign(null, Buffer.from(signed), privateKey)

/**
 * Several people who never stop: each asks every process that is in service who they are, and renews early, now here,
 * now there. Keeps whatever was not a success.
 */
function startClients(processes, { renewWithSecondsLeft }) {
  const serving = new Set(processes)
  const underWay = new Map()
  const failures = []
  const kids = new Set()
  const latestExpiry = new Map()
  let requests = 0
  let working = true
  let people = []

  async function ask(service, what, request) {
    underWay.set(service, (underWay.get(service) ?? 0) + 1)
    requests += 1
    try {
      const answer = await request(service)
      if (answer.status !== 200) failures.push(`${what} at ${service.name}: ${answer.status} ${answer.body.code}`)
      return answer
    } catch (error) {
      failures.push(`${what} at ${service.name}: ${error.cause ?? error}`)
      return undefined
    } finally {
      underWay.set(service, underWay.get(service) - 1)
    }
  }

  const banksInService = () => [...serving].filter(({ name }) => name === 'bank')
  const learn = (token) => {
    const { kid } = headerOf(token)
    kids.add(kid)
    latestExpiry.set(kid, Math.max(latestExpiry.get(kid) ?? 0, claimsOf(token).exp))
  }

  async function work(person, round = 0) {
    const banks = banksInService()
    if (banks.length > 0 && claimsOf(person.token).exp - Date.now() / 1000 < renewWithSecondsLeft) {
      const here = banks[round % banks.length]
      const answer = await ask(here, 'renewal', (service) => renew(service, person.refresh))
      const { signet_token: token, signet_refresh: refresh } = answer?.cookies ?? {}
      if (token?.value && refresh?.value) Object.assign(person, { token: token.value, refresh: refresh.value })
      learn(person.token)
    }
    for (const service of [...serving]) {
      if (serving.has(service)) await ask(service, 'request', (at) => me(at, person.token))
    }
    await wait(150)
    if (working) await work(person, round + 1)
  }

  let atWork
  return {
    failures,
    kids,
    /** When the last token that was seen with this key ends, ms since 1970. */
    endOfTokens: (kid) => (latestExpiry.get(kid) ?? 0) * 1000,
    requests: () => requests,
    begin: (those) => {
      people = those
      for (const { token } of people) learn(token)
      atWork = Promise.all(people.map((person, index) => work(person, index)))
    },
    end: async () => {
      working = false
      await atWork
    },
    /** Out of service first, and away once it has answered whatever was under way: as a load balancer does it. */
    replace: async (leaving, coming, between = () => {}) => {
      // A process that has served nobody yet holds no list: it comes in when it can serve.
      const [person] = people
      await until(
        () => me(coming, person.token),
        ({ status }) => status === 200,
        { withinMs: 5_000, what: 'the first answer of a new process' },
      )
      serving.delete(leaving)
      await until(
        () => underWay.get(leaving) ?? 0,
        (count) => count === 0,
        { withinMs: 5_000, everyMs: 5, what: 'the end of its requests' },
      )
      between()
      await leaving.stop()
      serving.add(coming)
      return coming
    },
  }
}

/** A fixed address in front of whichever process is the bank now. */
async function startFront() {
  let port
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) {
      end.on('error', () => {})
      end.on('close', () => (end === socket ? onward : socket).destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    leadTo: (service) => {
      port = service.port
    },
    close: () => server.close(),
  }
}

describe('keys', { concurrency: true }, () => {
  test('a shared secret is rotated as docs/keys.md says, process after process, and no request of anybody fails', async (t) => {
    const file = join(world.dataDir, 'keys', 'jwt-secret')
    assert.match(await keys('add', file), / signs\n$/)
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const [old] = await secretsIn(file)
    const front = await startFront()
    t.after(front.close)
    const env = {
      JWT_SECRET: undefined,
      JWT_SECRET_FILE: file,
      ACCESS_TOKEN_TTL: '3',
      BANK_INTERNAL_URL: front.url,
    }
    const started = await Promise.all(['bank', 'bank', 'retirement'].map((name) => world.start(name, { env })))
    let [bank, otherBank, retirement] = started
    front.leadTo(bank)
    const clients = startClients(started, { renewWithSecondsLeft: 2.5 })
    const people = await Promise.all([register(bank), register(otherBank), register(bank)])
    clients.begin(people)
    t.after(clients.end)

    const replaceRetirement = async () => {
      retirement = await clients.replace(retirement, await world.start('retirement', { env }))
    }
    const replaceOtherBank = async () => {
      otherBank = await clients.replace(otherBank, await world.start('bank', { env }))
    }
    const replaceBank = async () => {
      const next = await world.start('bank', { env })
      bank = await clients.replace(bank, next, () => front.leadTo(next))
    }
    const oldToken = () =>
      forge({ alg: 'HS256', typ: 'at+jwt', kid: old.kid }, claimsOf(people[0].token), hmac(old.secret))

    assert.match(await keys('add', file), / signs\n.* verifies\n/)
    const [, next] = await secretsIn(file)
    await replaceRetirement()
    await replaceOtherBank()
    await replaceBank()
    assert.deepEqual([...clients.kids], [old.kid], 'nothing is signed with the new secret before everybody knows it')

    const promoted = await keys('promote', file)
    assert.deepEqual(
      (await secretsIn(file)).map(({ kid }) => kid),
      [next.kid, old.kid],
    )
    await replaceOtherBank()
    await until(
      () => clients.kids.size,
      (size) => size === 2,
      { withinMs: 5_000, what: 'a token signed with the new secret, beside a bank that signs with the old one' },
    )
    await replaceBank()
    for (const service of [bank, otherBank, retirement]) assertAnswer(await me(service, oldToken()), 200)

    await until(
      () => Date.now(),
      (now) => now > clients.endOfTokens(old.kid),
      { withinMs: 6_000, what: 'the end of the last token of the old secret' },
    )
    const retired = await keys('retire', file)
    assert.deepEqual(await secretsIn(file), [next])
    await replaceRetirement()
    await replaceOtherBank()
    await replaceBank()
    for (const person of people) {
      await until(
        () => claimsOf(person.token).iat * 1000,
        (issuedAt) => issuedAt > Date.now() - 3_000 && headerOf(person.token).kid === next.kid,
        { withinMs: 3_000, what: 'a renewal after all' },
      )
    }
    await clients.end()

    t.diagnostic(`${clients.requests()} requests, ${clients.failures.length} failures, 8 processes replaced`)
    assert.deepEqual(clients.failures, [])
    assert.ok(clients.requests() > 100)
    const current = await register(bank)
    assert.equal(headerOf(current.token).kid, next.kid)
    for (const service of [bank, otherBank, retirement]) {
      assertAnswer(await me(service, current.token), 200)
      assertAnswer(await me(service, oldToken()), 401, 'token_signature_invalid')
    }
    for (const { secret } of [old, next]) {
      assert.ok(![promoted, retired].some((printed) => printed.includes(secret)), 'the script prints no secret')
    }
    await Promise.all([bank, otherBank, retirement].map((service) => service.stop()))
  })

  test('moving from the shared secret to a key pair signs nobody out', async (t) => {
    const file = join(world.dataDir, 'keys', 'pairs.json')
    await keys('add', file)
    const [{ kid }] = await pairsIn(file)
    const front = await startFront()
    t.after(front.close)
    const brief = { ACCESS_TOKEN_TTL: '4', BANK_INTERNAL_URL: front.url }
    const jwks = { JWT_JWKS_URL: `${front.url}/.well-known/jwks.json` }
    const start = (name, env) => world.start(name, { env: { ...brief, ...env } })

    let [bank, retirement] = await Promise.all([start('bank'), start('retirement')])
    front.leadTo(bank)
    const clients = startClients([bank, retirement], { renewWithSecondsLeft: 3 })
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
    await replaceBank({ JWT_PRIVATE_KEYS_FILE: file })
    await until(
      () => people.map(({ token }) => headerOf(token)),
      (headers) => headers.every((header) => header.alg === 'EdDSA' && header.kid === kid),
      { withinMs: 5_000, what: 'a token of everybody that the key pair signed' },
    )
    await until(
      () => Date.now(),
      (now) => now > clients.endOfTokens(sharedKid),
      { withinMs: 6_000, what: 'the end of the last token of the shared secret' },
    )
    await replaceRetirement({ ...jwks, JWT_SECRET: undefined })
    await replaceBank({ JWT_PRIVATE_KEYS_FILE: file, JWT_SECRET: undefined })
    await Promise.all(
      people.map(async (person) => {
        const before = person.token
        await until(
          () => person.token,
          (token) => token !== before,
          { withinMs: 4_000, what: 'one more renewal' },
        )
      }),
    )
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

  test('in public-key mode retirement verifies by what the bank publishes, and nothing that it holds signs', async (t) => {
    const file = join(world.dataDir, 'keys', 'demo.json')
    await keys('add', file)
    const [pair] = await pairsIn(file)
    const demo = await startDemo({
      DATA_DIR: world.dataDir,
      DATABASE_URL: world.adminUrl,
      BANK_PORT: String(world.ports.bank),
      RETIREMENT_PORT: String(world.ports.retirement),
      JWT_PRIVATE_KEYS_FILE: file,
      DEMO: '0',
      LOGIN_RATE_LIMIT: '0',
    })
    const stops = [() => demo.stop()]
    try {
      const bank = { name: 'bank', port: demo.ports.bank, url: `http://127.0.0.1:${demo.ports.bank}` }
      const retirement = {
        name: 'retirement',
        port: demo.ports.retirement,
        url: `http://127.0.0.1:${demo.ports.retirement}`,
      }
      const both = [bank, retirement]
      const person = await register(bank)
      assert.deepEqual(headerOf(person.token), { alg: 'EdDSA', typ: 'at+jwt', kid: pair.kid })
      for (const service of both) assertAnswer(await me(service, person.token), 200)

      await t.test('the published set has public halves only', async () => {
        const { body } = assertAnswer(await call(bank, 'GET', '/.well-known/jwks.json'), 200)
        const { kid, kty, crv, x } = pair
        assert.deepEqual(body, { keys: [{ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }] })
        assert.ok(!JSON.stringify(body).includes(pair.d))
      })

      await t.test(
        "retirement's environment holds nothing that signs",
        { skip: !existsSync('/proc/self/environ') && 'needs /proc' },
        async () => {
          const read = async (pid) => (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0')
          const environment = await read(demo.services.retirement.pid)
          const names = environment.map((entry) => entry.split('=', 1)[0])
          assert.ok(names.includes('JWT_JWKS_URL'))
          assert.deepEqual(
            names.filter((name) => /SECRET|PRIVATE/.test(name)),
            [],
          )
          const text = environment.join('\n')
          for (const secret of [pair.d, file]) assert.ok(!text.includes(secret))
          // The bank's own does name the file: this looks in the right place.
          assert.ok((await read(demo.services.bank.pid)).includes(`JWT_PRIVATE_KEYS_FILE=${file}`))
        },
      )

      await t.test('tokens forged with everything that retirement has are refused at both', async () => {
        const claims = claimsOf(person.token)
        const privateKey = createPrivateKey({ key: pair, format: 'jwk' })
        const publicKey = createPublicKey(privateKey)
        const real = { alg: 'EdDSA', typ: 'at+jwt', kid: pair.kid }
        const genuine = forge(real, claims, eddsa(privateKey))
        for (const service of both) assertAnswer(await me(service, genuine), 200)

        const published = (await call(bank, 'GET', '/.well-known/jwks.json')).body
        const pem = publicKey.export({ type: 'spki', format: 'pem' })
        const secrets = {
          'the PEM': pem,
          'the PEM without its last line break': pem.trim(),
          'the SPKI DER': publicKey.export({ type: 'spki', format: 'der' }),
          'x of the JWK': pair.x,
          'the bytes of x': Buffer.from(pair.x, 'base64url'),
          'the JWK as text': JSON.stringify(published.keys[0]),
          'the set as text': JSON.stringify(published),
          'an empty secret': '',
          'the kid': pair.kid,
        }
        const attackers = generateKeyPairSync('ed25519')
        const jwk = attackers.publicKey.export({ format: 'jwk' })
        const none = () => ''
        const forged = {
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
            genuine.split('.')[1],
            base64url(JSON.stringify({ ...claims, username: 'somebody-else' })),
          ),
        }
        for (const [what, token] of Object.entries(forged)) {
          for (const service of both) {
            const presented = [await me(service, token), await call(service, 'GET', '/api/me', { bearer: token })]
            for (const answer of presented) assert.equal(answer.status, 401, `${what} at ${service.name}`)
          }
        }
        t.diagnostic(`${Object.keys(forged).length} forgeries, each by cookie and by header at both apps`)
      })

      const fetches = async () => {
        const { body } = await call(bank, 'GET', '/metrics')
        const lines = body.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'))
        const counted = lines.filter((line) => line.includes('route="/.well-known/jwks.json"'))
        return counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
      }
      const unknownKid = () =>
        forge({ alg: 'EdDSA', typ: 'at+jwt', kid: randomBytes(4).toString('hex') }, claimsOf(person.token), none64)
      const none64 = () => randomBytes(64)

      await t.test('unknown key ids do not make retirement ask the bank more than once in five seconds', async () => {
        const before = await fetches()
        const since = performance.now()
        let refused = 0
        for (let round = 0; round < 10 && performance.now() - since < 4_000; round += 1) {
          const answers = await Promise.all(Array.from({ length: 10 }, () => me(retirement, unknownKid())))
          for (const answer of answers) assertAnswer(answer, 401, 'token_signature_invalid')
          refused += answers.length
          assertAnswer(await me(retirement, person.token), 200)
        }
        const asked = (await fetches()) - before
        t.diagnostic(
          `${refused} unknown key ids in ${ms(performance.now() - since)}: the bank was asked ${asked} times`,
        )
        assert.ok(refused >= 50)
        assert.ok(asked <= 1, `asked ${asked} times`)
      })

      await t.test('a new key is learnt without a restart of retirement', async () => {
        const added = join(world.dataDir, 'keys', 'demo.json')
        await keys('add', added)
        await keys('promote', added)
        const [first] = await pairsIn(added)
        assert.notEqual(first.kid, pair.kid)
        await demo.services.bank.stop()
        const next = await world.start('bank', {
          port: demo.ports.bank,
          env: {
            JWT_SECRET: undefined,
            JWT_PRIVATE_KEYS_FILE: added,
            REFRESH_TOKEN_SECRET: undefined,
            REFRESH_TOKEN_SECRET_FILE: join(world.dataDir, 'secrets', 'refresh-token-secret'),
          },
        })
        stops.unshift(() => next.stop())
        const { cookies } = assertAnswer(await renew(next, person.refresh), 200)
        const token = cookies.signet_token.value
        assert.equal(headerOf(token).kid, first.kid)
        const { ms: delay } = await until(
          () => me(retirement, token),
          ({ status }) => status === 200,
          { withinMs: 6_000, what: 'the new key at retirement' },
        )
        t.diagnostic(`known at retirement ${ms(delay)} after its first token`)
        for (const one of [token, person.token]) assertAnswer(await me(retirement, one), 200)
        Object.assign(person, { token })
      })

      await t.test(
        'while the bank is down known keys go on, and an unknown one is no reason to throw anybody out',
        async () => {
          await stops.shift()()
          assertAnswer(await me(retirement, person.token), 200)
          const { answer } = await until(
            () => me(retirement, unknownKid()),
            ({ status }) => status !== 401,
            { withinMs: 6_000, what: '503' },
          )
          assertAnswer(answer, 503, 'unavailable')
          assert.deepEqual(answer.cookies, {})
          assertAnswer(await me(retirement, person.token), 200)
        },
      )
    } finally {
      for (const stop of stops.splice(0)) await stop()
    }
  })
})

test('no log line holds a key, a secret or a whole JWT', async () => {
  const text = await logsOf(world)
  assert.ok(text.length > 10_000)
  const folder = join(world.dataDir, 'keys')
  const pairs = [...(await pairsIn(join(folder, 'pairs.json'))), ...(await pairsIn(join(folder, 'demo.json')))]
  const secrets = await secretsIn(join(folder, 'jwt-secret'))
  for (const secret of [...pairs.map(({ d }) => d), ...secrets.map(({ secret }) => secret)]) {
    assert.ok(!text.includes(secret))
  }
  assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/)
})
