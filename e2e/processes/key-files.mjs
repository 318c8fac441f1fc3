// What `npm run keys` makes, and tokens that are signed with it or with anything else.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac, randomBytes, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { logsOf, root } from './world.mjs'

/** `npm run keys -- action file`, and what it printed. */
export async function keys(action, file) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'scripts/keys.mjs'), action, file])
  return stdout
}

export const secretsIn = async (file) =>
  (await readFile(file, 'utf8'))
    .trim()
    .split(',')
    .map((entry) => entry.split(':'))
    .map(([kid, secret]) => ({ kid, secret }))
export const pairsIn = async (file) => JSON.parse(await readFile(file, 'utf8')).keys

export const base64url = (value) => Buffer.from(value).toString('base64url')
const seconds = () => Math.floor(Date.now() / 1000)

/** A token with these claims, good from now on, that `signature` signs: a function of what is signed. */
export function forge(header, claims, signature) {
  const fresh = { ...claims, iat: seconds(), exp: seconds() + 120, jti: randomBytes(16).toString('base64url') }
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(fresh))}`
  return `${signed}.${base64url(signature(signed))}`
}
export const hmac = (secret) => (signed) => createHmac('sha256', secret).update(signed).digest()
export const eddsa = (privateKey) => (signed) => sign(null, Buffer.from(signed), privateKey)

/** No log line of `world` holds one of these key files' secrets or private halves, or a whole JWT. */
export async function assertNoKeyInLogs(world, { pairs, secrets = [] }) {
  const text = await logsOf(world)
  assert.ok(text.length > 1_000)
  const privateHalves = (await Promise.all(pairs.map(pairsIn))).flat().map(({ d }) => d)
  const shared = (await Promise.all(secrets.map(secretsIn))).flat().map(({ secret }) => secret)
  for (const secret of [...privateHalves, ...shared]) assert.ok(!text.includes(secret))
  assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/)
}
