import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Returns the path of a secret file. Generates it once: `kid:` and 48 random bytes, readable only by its owner. */
export function secretFile(dataDir, name) {
  const folder = join(dataDir, 'secrets')
  const file = join(folder, name)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const kid = randomBytes(4).toString('hex')
  writeFileSync(file, `${kid}:${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  return file
}
