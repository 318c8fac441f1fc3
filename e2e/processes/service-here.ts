// Runs a service inside the test's process: starting a process costs a second of CPU time.

import { buildBank } from '@signet/bank/app'
import { readBankConfig } from '@signet/bank/config'
import { createBankDatabase } from '@signet/bank-database'
import { buildRetirement } from '@signet/retirement/app'
import { readRetirementConfig } from '@signet/retirement/config'
import { createRetirementDatabase } from '@signet/retirement-database'
import { openSharedStore, type SharedStore } from '@signet/service'
import { quickHasher } from '@signet/testing/quick-hasher'
import type { Environment, ServiceName } from './services.js'

const SERVICES = {
  bank: (env: Environment) => {
    const config = readBankConfig(env)
    const db = createBankDatabase(config.DATABASE_URL)
    // As the product hashes, for a test that sets the number of hashes.
    const hasher = env.LOGIN_CONCURRENCY === undefined ? quickHasher() : undefined
    return { config, db, build: (shared: SharedStore) => buildBank(config, db, shared, hasher) }
  },
  retirement: (env: Environment) => {
    const config = readRetirementConfig(env)
    const db = createRetirementDatabase(config.DATABASE_URL)
    return { config, db, build: (shared: SharedStore) => buildRetirement(config, db, shared) }
  },
}

/** Starts a service in this process. Returns a function that stops it. */
export async function startServiceHere(name: ServiceName, env: Environment): Promise<() => Promise<void>> {
  const { config, db, build } = SERVICES[name](env)
  const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
  const app = await build(shared)
  app.addHook('onClose', async () => {
    await Promise.all([db.$disconnect(), shared.close()])
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  return () => app.close()
}
