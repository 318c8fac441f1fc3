import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The path of a file with a secret, generated once: 48 random bytes behind a key id, readable by its owner alone. */
export function secretFile(dataDir, name) {
  const folder = join(dataDir, 'secrets')
  const file = join(folder, name)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const kid = randomBytes(4).toString('hex')
  writeFileSync(file, `${kid}:${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  return file
}
