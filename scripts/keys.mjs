/**
 * `npm run keys -- ACTION FILE`: generates and rotates keys. A .json file contains key pairs (a private JWKS), any other file
 * shared secrets. Never prints secret material.
 *
 * - `add`: generates a key and appends it. The first key of the file signs, all verify.
 * - `promote`: moves the newest key to the front. It signs after the next restart of the bank.
 * - `retire`: removes all keys but the signing one, after the last token of the others has expired.
 * - `list`: lists the key ids.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const NEXT = {
  add: 'Restart every service that reads this file, verifiers first. Then: npm run keys -- promote',
  promote: 'Restart the bank. After ACCESS_TOKEN_TTL seconds: npm run keys -- retire',
  retire: 'Restart every service that reads this file.',
}

const secrets = {
  read: (text) => text.trim().split(','),
  write: (keys) => `${keys.join(',')}\n`,
  make: () => `${randomBytes(4).toString('hex')}:${randomBytes(48).toString('base64url')}`,
  nameOf: (key) => (key.includes(':') ? key.split(':', 1)[0] : '(a bare secret)'),
}

const pairs = {
  read: (text) => JSON.parse(text).keys,
  write: (keys) => `${JSON.stringify({ keys }, null, 2)}\n`,
  make: () => {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    return { kid: randomBytes(4).toString('hex'), use: 'sig', alg: 'EdDSA', ...jwk }
  },
  nameOf: ({ kid }) => kid,
}

const ACTIONS = {
  add: (keys, kind) => [...keys, kind.make()],
  promote: (keys) => [...keys.slice(-1), ...keys.slice(0, -1)],
  retire: (keys) => keys.slice(0, 1),
  list: (keys) => keys,
}

/** Replaces a file atomically: a concurrent reader sees the old or the new content. */
function replaceFile(file, text) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

const [action = '', file] = process.argv.slice(2)
if (!Object.hasOwn(ACTIONS, action) || !file || (action !== 'add' && !existsSync(file))) {
  process.stderr.write(
    'usage: npm run keys -- add|promote|retire|list FILE   (FILE.json: key pairs, else shared secrets)\n',
  )
  process.exit(2)
}
const kind = file.endsWith('.json') ? pairs : secrets
const before = existsSync(file) ? kind.read(readFileSync(file, 'utf8')) : []
const after = ACTIONS[action](before, kind)
if (action !== 'list') replaceFile(file, kind.write(after))
process.stdout.write(`${file}\n`)
for (const [index, key] of after.entries()) {
  process.stdout.write(`  ${kind.nameOf(key)}${index === 0 ? '  signs' : '  verifies'}\n`)
}
if (NEXT[action] && !(action === 'add' && after.length === 1)) process.stdout.write(`\n${NEXT[action]}\n`)
