import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { SETTINGS } from '../../conformance/fixed-world.js'
import type { Conformance } from '../../conformance/runner/conform.js'
import { conform } from '../../conformance/runner/conform.js'
import { readOptions, UsageError } from '../../conformance/runner/options.js'
import { run } from '../../conformance/runner/run.js'
import { parsePrivateJwks } from '../../src/keys/private-jwks.js'
import { parseSecrets } from '../../src/keys/secrets.js'
import { FAULTS, type Fault, startWrongVerifier } from './wrong-verifier.js'

const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
after(() => rmSync(folder, { recursive: true }))
const SECRET = 'k1:a-secret-for-tests-of-at-least-32-bytes,k0:an-older-secret-of-at-least-32-bytes-too'
const jwksFile = join(folder, 'private.json')
const pair = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
writeFileSync(jwksFile, JSON.stringify({ keys: [{ kid: 'p1', ...pair }] }))
const KEYS = [...parseSecrets(SECRET).all, ...parsePrivateJwks(readFileSync(jwksFile, 'utf8')).all]

/** Below the system's ports for outgoing connections, one of which could take it, and above those that other tests reserve. */
let lastPort = 30_200 + Math.floor(Math.random() * 2_000)
async function freePort(): Promise<number> {
  lastPort += 1
  const port = lastPort
  const server = createServer().listen(port, '127.0.0.1')
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!isFree) return freePort()
  server.close()
  await once(server, 'close')
  return port
}

/** Runs a verifier with these faults, and the command against it. */
async function against(faults: readonly Fault[], call: (args: string[]) => Promise<unknown>, maxAge = 3) {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const settings = { keys: KEYS, issuer, audience: 'http://app.test', clientId: 'id', cookieName: 'x_token' }
  const verifier = await startWrongVerifier({ ...settings, maxAgeSeconds: maxAge }, ...faults)
  try {
    return await call([
      ...['--url', verifier.url, '--cookie-name', 'x_token', '--secret', SECRET, '--private-jwks', jwksFile],
      ...['--audience', settings.audience, '--status-list-port', String(port), '--max-age', String(maxAge)],
    ])
  } finally {
    verifier.close()
  }
}

const conformed = (faults: readonly Fault[], ...more: string[]) =>
  against(faults, (args) => conform(readOptions([...args, ...more]))) as Promise<Conformance>
const wrongIn = ({ checked }: Conformance) =>
  checked.flatMap(({ vector, carrier, problem }) =>
    problem ? [`${problem.severity} ${problem.what} ${vector.id} ${carrier}`] : [],
  )

test('a verifier that every third request finds unavailable has no wrong answer', async () => {
  const conformance = await against([], async (args) => {
    const target = new URL(args[args.indexOf('--url') + 1] ?? '')
    let requests = 0
    const proxy = createServer((request, response) => {
      requests += 1
      if (requests % 3 === 0) {
        response.writeHead(503).end()
        return
      }
      httpRequest(target, { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      }).end()
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const { port } = proxy.address() as AddressInfo
    const url = `http://127.0.0.1:${port}${target.pathname}`
    return conform(readOptions([...args, '--url', url, '--only', 'HS256/keys/kid'])).finally(() => proxy.close())
  })
  assert.deepEqual(wrongIn(conformance as Conformance), [])
})

describe('the runner finds that a verifier', { concurrency: 4 }, () => {
  for (const [fault, only] of Object.entries(FAULTS)) {
    test(fault, async () => {
      const conformance = await conformed([fault as Fault], '--only', only)
      assert.notDeepEqual(wrongIn(conformance), [])
      for (const { vector } of conformance.checked) assert.ok(vector.id.startsWith(only), vector.id)
    })
  }
})

// Most of their time is waiting for lists to become old.
describe('against a whole verifier', { concurrency: true }, () => {
  test('a right verifier of another author has no wrong answer, and the command ends with 0', async () => {
    const lines: string[] = []
    const code = await against([], (args) => run(args, (text) => lines.push(text)))
    const [, requests] =
      /^(\d+) requests, 0 wrong answers\n {2}\d+ not sent: need a fixed clock$/.exec(lines.join('\n')) ?? []
    assert.ok(Number(requests) > 1_000, lines.join('\n'))
    assert.equal(code, 0)
  })

  test('the command prints wrong answers by severity, writes JUnit, and ends with 1', async () => {
    const lines: string[] = []
    const junit = join(folder, 'junit.xml')
    const faults: readonly Fault[] = ['accepts alg none', 'ignores aud', 'accepts padding']
    const code = await against(faults, (args) =>
      run([...args, '--only', 'HS256/', '--junit', junit], (text) => lines.push(text)),
    )
    assert.equal(code, 1)
    const text = lines.join('\n')
    assert.match(
      text,
      /^CRITICAL {2}accepted alg none, unsigned \(by cookie\)\n {4}The key determines[\s\S]+RFC 8725, section 3\.1\./,
    )
    assert.ok(text.indexOf('HIGH  accepted an audience of others') < text.indexOf('MEDIUM  accepted padding'))
    assert.match(text, /\n\d+ requests, \d+ wrong answers: \d+ critical, \d+ high, \d+ medium/)
    const xml = readFileSync(junit, 'utf8')
    assert.match(xml, /<testsuite name="keys" tests="\d+" failures="\d+">/)
    assert.match(xml, /<failure message="critical: accepted alg none, unsigned">/)
    assert.equal(xml.match(/<testcase /g)?.length, Number(/(\d+) requests/.exec(text)?.[1]))
  })

  test('the command ends with 1 for a verifier that refuses all or does not respond', async () => {
    const lines: string[] = []
    const other = ['--secret', 'k1:another-secret-of-at-least-32-bytes-of-text']
    assert.equal(await against([], (args) => run([...args, ...other], (text) => lines.push(text))), 1)
    assert.match(String(lines.at(-1)), /refuses a genuine token with 401 token_signature_invalid/)
    const closed = `http://127.0.0.1:${await freePort()}/me`
    assert.equal(await against([], (args) => run([...args, '--url', closed], (text) => lines.push(text))), 1)
    assert.match(String(lines.at(-1)), /does not respond/)
  })
})

test('without status lists and in no time, it says what it left out', async () => {
  const args = ['--url', 'http://127.0.0.1:1/', '--cookie-name', 'x', '--secret', SECRET, '--issuer', 'http://id.test']
  assert.equal(readOptions(args).issuerPort, undefined)
  const ofTheVectors = readOptions(args.slice(0, -2))
  assert.deepEqual([ofTheVectors.issuer, ofTheVectors.audience], [SETTINGS.issuer, SETTINGS.audience])
  const { omitted } = (await against([], (all) => conform({ ...readOptions(all), timeoutSeconds: 0 }))) as Conformance
  assert.ok((omitted.get('did not fit into the time of --timeout') ?? 0) > 1_000)
})

describe('a wrong call ends with 2 and a sentence that names the option', () => {
  const good = [
    '--url',
    'http://127.0.0.1:8000/me',
    '--cookie-name',
    'x',
    '--secret',
    SECRET,
    '--issuer',
    'http://id.test',
  ]
  const without = (name: string) => good.toSpliced(good.indexOf(name), 2)
  for (const [args, expected] of [
    [[], /--url is missing/],
    [without('--url'), /--url is missing/],
    [without('--cookie-name'), /--cookie-name is missing/],
    [without('--secret'), /--secret or --private-jwks is missing/],
    [[...good, '--url', 'ftp://x'], /--url must be an http/],
    [[...good, '--secret', 'short'], /--secret: secret 1 must be at least 32 bytes/],
    [[...good, '--private-jwks', join(folder, 'absent')], /--private-jwks: ENOENT/],
    [[...good, '--max-age', '2'], /--max-age must be a whole number from 3/],
    [[...good, '--timeout', 'x'], /--timeout must be a whole number/],
    [[...good, '--token', 'x'], /--token is not a token/],
    [[...good, '--nonsense'], /--nonsense/],
  ] as const) {
    test(String(expected), async () => {
      const lines: string[] = []
      assert.equal(await run(args, (text) => lines.push(text)), 2)
      assert.match(String(lines[0]), expected)
      assert.throws(() => readOptions(args), UsageError)
    })
  }
})
