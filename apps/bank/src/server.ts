import { createBankDatabase } from '@signet/bank-database'
import { requireReachable, startService } from '@signet/service'
import { buildBank } from './app.js'
import { readBankConfig } from './config.js'

await startService('bank', async () => {
  const config = readBankConfig(process.env)
  const db = createBankDatabase(config.DATABASE_URL)
  await requireReachable('DATABASE_URL', 'a PostgreSQL database that answers', () => db.$queryRaw`SELECT 1`)
  const app = await buildBank(config, db)
  app.addHook('onClose', async () => db.$disconnect())
  return { app, host: config.HOST, port: config.PORT }
})
