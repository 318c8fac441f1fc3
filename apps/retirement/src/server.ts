import { createRetirementDatabase } from '@signet/retirement-database'
import { openSharedStore, requireReachable, startService } from '@signet/service'
import { buildRetirement } from './app.js'
import { readRetirementConfig } from './config.js'
import { requireTables } from './plan/store.js'

await startService('retirement', async () => {
  const config = readRetirementConfig(process.env)
  const db = createRetirementDatabase(config.DATABASE_URL)
  await requireReachable('DATABASE_URL', "retirement's migrated PostgreSQL database", () => requireTables(db))
  // Requests with a token need no store, so retirement starts while it is down. /readyz reports it.
  const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
  const app = await buildRetirement(config, db, shared)
  app.addHook('onClose', async () => {
    await Promise.all([db.$disconnect(), shared.close()])
  })
  return { app, host: config.HOST, port: config.PORT }
})
