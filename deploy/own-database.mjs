/** Which service's database a job is for, and where it is: as the service itself is told, and as its owner. */
import { readFileSync } from 'node:fs'

/** The value of a variable, or of the file that `<name>_FILE` names. */
const read = (name) => {
  const file = process.env[`${name}_FILE`]
  return process.env[name] || (file ? readFileSync(file, 'utf8').trim() : undefined)
}

/**
 * @param owner whether the job needs `DATABASE_OWNER_URL` as well: it connects as the role that owns the tables.
 * @returns `role`: what the service connects as.
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
