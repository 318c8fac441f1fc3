// Reads key files of `npm run keys`, and signs tokens with these or other keys.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac, type JsonWebKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { logsOf, root } from './world.js'

/** Runs `npm run keys -- action file` and returns its output. */
export async function keys(action: 'add' | 'promote' | 'retire' | 'list', file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/keys.mjs'), action, file])
  return stdout
}

export const secretsIn = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split(',')
    .map((entry) => entry.split(':'))
    .map(([kid = '', secret = '']) => ({ kid, secret }))
/** Reads the private keys of a JWKS. */
export const pairsIn = async (file: string): Promise<(JsonWebKey & { kid: string; d: string })[]> =>
  JSON.parse(await readFile(file, 'utf8')).keys

export const base64url = (value: string | Buffer) => Buffer.from(value).toString('base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** Returns a token with these claims, valid for 120 s. `signature` is a function of the text to sign. */
export function forge(header: object, claims: object, signature: (signed: string) => string | Buffer): string {
  const fresh = { ...claims, iat: seconds(), exp: seconds() + 120, jti: randomBytes(16).toString('base64url') }
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(fresh))}`
  return `${signed}.${base64url(signature(signed))}`
}
export const hmac = (secret: string | Buffer) => (signed: string) =>
  createHmac('sha256', secret).update(signed).digest()
export const eddsa = (privateKey: KeyObject) => (signed: string) => sign(null, Buffer.from(signed), privateKey)

/** Asserts that no log line of `world` contains a secret or private key of these files, or a whole JWT. */
export async function assertNoKeyInLogs(
  world: { readonly dataDir: string },
  { pairs, secrets = [] }: { readonly pairs: readonly string[]; readonly secrets?: readonly string[] },
): Promise<void> {
  const text = await logsOf(world)
  assert.ok(text.length > 1_000)
  const privateHalves = (await Promise.all(pairs.map(pairsIn))).flat().map(({ d }) => d)
  const shared = (await Promise.all(secrets.map(secretsIn))).flat().map(({ secret }) => secret)
  for (const secret of [...privateHalves, ...shared]) assert.ok(!text.includes(secret))
  assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/)
}
