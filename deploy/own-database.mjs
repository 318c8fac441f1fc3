/** Reads the service and the database URLs of a job from its argument and environment. */
import { readFileSync } from 'node:fs'

/** Returns the value of a variable, or the content of the file in `<name>_FILE`. */
const read = (name) => {
  const file = process.env[`${name}_FILE`]
  return process.env[name] || (file ? readFileSync(file, 'utf8').trim() : undefined)
}

/**
 * Exits with code 2 and a usage text when something is missing.
 *
 * @param owner whether the job also needs `DATABASE_OWNER_URL`, to connect as the role that owns the tables
 * @returns `role`: the role that the service connects as
 */
export function ownDatabase({ owner = false } = {}) {
  const name = process.argv[2]
  const url = read('DATABASE_URL')
  const ownerUrl = read('DATABASE_OWNER_URL')
  if (!['bank', 'retirement'].includes(name) || !url || (owner && !ownerUrl)) {
    const variables = owner ? 'DATABASE_URL=… DATABASE_OWNER_URL=…' : 'DATABASE_URL=…'
    process.stderr.write(`usage: ${variables} (or files: …_FILE=…) node … bank|retirement\n`)
    process.exit(2)
  }
  return { name, url, ownerUrl, role: decodeURIComponent(new URL(url).username) }
}
