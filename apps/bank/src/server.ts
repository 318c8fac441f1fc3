import { createBankDatabase } from '@signet/bank-database'
import { openSharedStore, requireReachable, startService } from '@signet/service'
import { buildBank } from './app.js'
import { readBankConfig } from './config.js'
import { requireTables } from './sessions/store.js'

await startService('bank', async () => {
  const config = readBankConfig(process.env)
  const db = createBankDatabase(config.DATABASE_URL)
  await requireReachable('DATABASE_URL', "the bank's migrated PostgreSQL database", () => requireTables(db))
  // A request reports its own store errors; /readyz reports the rest.
  const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
  await requireReachable('SESSION_STORE_URL', 'a Redis or PostgreSQL that answers', () => shared.ping())
  const app = await buildBank(config, db, shared)
  app.addHook('onClose', async () => {
    await Promise.all([db.$disconnect(), shared.close()])
  })
  return { app, host: config.HOST, port: config.PORT }
})
