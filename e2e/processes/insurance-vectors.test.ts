// The example's own tests, and the runner of packages/auth against it and against copies with one fault each.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { freePort } from '@signet/testing'
import { conformanceRunner } from './conformance-runner.js'
import { folder, needsPython, python, startInsurance } from './insurance-app.js'

const work = mkdtempSync(join(tmpdir(), 'insurance-'))
after(() => rmSync(work, { recursive: true }))
const SECRET = 'k1:a-secret-for-tests-of-at-least-32-bytes,k0:an-older-secret-of-at-least-32-bytes-too'
const pairs = join(work, 'pairs.json')
const pair = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
writeFileSync(pairs, JSON.stringify({ keys: [{ kid: 'p1', ...pair }] }))

/** Runs the app of a folder and sends it the vectors. Returns the wrong answers. */
async function wrongAnswers(from: string, ...more: string[]): Promise<string[]> {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const app = await startInsurance(
    {
      INSURANCE_URL: 'http://insurance.test',
      BANK_URL: 'http://bank.test',
      BANK_INTERNAL_URL: issuer,
      JWT_SECRET: SECRET,
      JWT_JWKS_URL: `${issuer}/.well-known/jwks.json`,
      REVOCATION_MAX_AGE: '4',
    },
    from,
  )
  const verifier = ['--url', `${app.url}/api/me`, '--cookie-name', 'signet_token', '--client-id', 'bank']
  const origins = ['--issuer', 'http://bank.test', '--audience', 'http://insurance.test']
  const held = ['--secret', SECRET, '--private-jwks', pairs]
  const lists = ['--status-list-port', String(port), '--max-age', '4']
  try {
    const { conform, readOptions } = await conformanceRunner()
    const { checked } = await conform(readOptions([...verifier, ...origins, ...held, ...lists, ...more]))
    return checked.flatMap(({ vector, carrier, problem }) =>
      problem ? [`${problem.severity} ${problem.what} ${vector.id} ${carrier}`] : [],
    )
  } finally {
    await app.stop()
  }
}

describe('the insurance app in Python', needsPython, () => {
  test('passes its own tests, which send it every vector', () => {
    assert.ok(python)
    const { status, stderr } = spawnSync(python, ['-B', '-m', 'unittest', 'discover', 'test'], { cwd: folder })
    assert.equal(status, 0, String(stderr))
  })

  test('has at most 250 lines', () => {
    const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').split('\n').length - 1
    const lines = linesOf('app.py') + linesOf('verifier.py')
    assert.ok(lines <= 250, String(lines))
  })

  test('gives no wrong answer to the runner, with secrets and key pairs', async () => {
    assert.deepEqual(await wrongAnswers(folder), [])
  })

  /** Each fault: the vectors that find it, a file, its text, and the faulty one. */
  const FAULTS: Readonly<Record<string, readonly [only: string, file: string, right: string, wrong: string]>> = {
    'does not check aud': [
      'claims/issuer',
      'verifier.py',
      'audience=audience, options=options',
      'options={**options, "verify_aud": False}',
    ],
    'accepts alg none': [
      'HS256/keys/algorithm',
      'verifier.py',
      'if alg != header["alg"]:',
      'if header["alg"] == "none":\n        return read_object(parts[1])\n    if alg != header["alg"]:',
    ],
    'accepts padding': [
      'HS256/encodings/base64url',
      'verifier.py',
      'all(map(BASE64URL.fullmatch, parts))',
      'all(BASE64URL.fullmatch(part.rstrip("=")) for part in parts)',
    ],
    'takes the first of two cookies': ['HS256/cookies', 'app.py', 'tokens[:4]', 'tokens[:1]'],
    'ignores the expiry': ['HS256/clock-skew', 'verifier.py', 'if now >= exp:', 'if False:'],
    'ignores the status list': [
      'HS256/status-lists/revocation',
      'app.py',
      'LISTS.check(*check_access_token(claims, BANK, CLIENT_ID, TTL, time.time()))',
      'check_access_token(claims, BANK, CLIENT_ID, TTL, time.time())',
    ],
    'trusts an old list forever': [
      'HS256/status-lists/age',
      'verifier.py',
      ' or self.timer() - held.renewed > self.max_age',
      '',
    ],
    'accepts a foreign kid': [
      'HS256/keys/kid',
      'verifier.py',
      'find_key(header["kid"]) or (None, None)',
      'find_key(header["kid"]) or next(iter(find_key.__self__.secrets.values()))',
    ],
    'accepts another typ': ['HS256/claims/typ', 'verifier.py', 'header["typ"] != typ or ', ''],
    'reads a token of any size': ['HS256/encodings/size', 'verifier.py', ' if len(token) <= max_bytes else []', ''],
  }
  describe('the runner finds a copy that', { concurrency: 3 }, () => {
    for (const [fault, [only, file, right, wrong]] of Object.entries(FAULTS)) {
      test(fault, async () => {
        const copy = mkdtempSync(join(work, 'copy-'))
        cpSync(folder, copy, { recursive: true })
        const text = readFileSync(join(copy, file), 'utf8')
        assert.equal(text.split(right).length, 2, `${file} has no ${right}`)
        writeFileSync(
          join(copy, file),
          text.replace(right, () => wrong),
        )
        assert.notDeepEqual(await wrongAnswers(copy, '--only', only), [])
      })
    }
  })
})
