// Runs a service inside the test's process: starting a process costs a second of CPU time.

import { buildBank } from '@signet/bank/app'
import { readBankConfig } from '@signet/bank/config'
import { createBankDatabase } from '@signet/bank-database'
import { buildRetirement } from '@signet/retirement/app'
import { readRetirementConfig } from '@signet/retirement/config'
import { createRetirementDatabase } from '@signet/retirement-database'
import { openSharedStore } from '@signet/service'

const SERVICES = {
  bank: { readConfig: readBankConfig, createDatabase: createBankDatabase, build: buildBank },
  retirement: { readConfig: readRetirementConfig, createDatabase: createRetirementDatabase, build: buildRetirement },
}

/** Starts a service in this process. Returns a function that stops it. */
export async function startServiceHere(name, env) {
  const { readConfig, createDatabase, build } = SERVICES[name]
  const config = readConfig(env)
  const db = createDatabase(config.DATABASE_URL)
  const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
  const app = await build(config, db, shared)
  app.addHook('onClose', async () => {
    await Promise.all([db.$disconnect(), shared.close()])
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  return () => app.close()
}
