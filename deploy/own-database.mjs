/** Which service's database a job is for, and where it is: as the services themselves are told. */
import { readFileSync } from 'node:fs'

export function ownDatabase() {
  const name = process.argv[2]
  const { DATABASE_URL, DATABASE_URL_FILE } = process.env
  if (!['bank', 'retirement'].includes(name) || !(DATABASE_URL || DATABASE_URL_FILE)) {
    process.stderr.write('usage: DATABASE_URL=… (or DATABASE_URL_FILE=…) node … bank|retirement\n')
    process.exit(2)
  }
  return { name, url: DATABASE_URL || readFileSync(DATABASE_URL_FILE, 'utf8').trim() }
}
