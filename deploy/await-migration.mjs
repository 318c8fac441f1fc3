/** `await-migration.mjs bank`: exits when the service's database has every migration of this version. Changes nothing. */
import { isMigrated } from '@signet/database'
import { ownDatabase } from './own-database.mjs'

const PAUSE_MS = 1_000

const { name, url } = ownDatabase()
const { migrationsFolder } = await import(`@signet/${name}-database`)
let told = ''
for (;;) {
  const state = await isMigrated(url, migrationsFolder).catch((error) => error.message)
  if (state === true) break
  const waiting = state === false ? `The database of ${name} is not migrated yet. Waiting.` : state
  if (waiting !== told) process.stdout.write(`${waiting}\n`)
  told = waiting
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
process.stdout.write(`The database of ${name} is migrated.\n`)
