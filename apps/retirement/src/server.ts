import { createRetirementDatabase } from '@signet/retirement-database'
import { requireReachable, startService } from '@signet/service'
import { buildRetirement } from './app.js'
import { readRetirementConfig } from './config.js'

await startService('retirement', async () => {
  const config = readRetirementConfig(process.env)
  const db = createRetirementDatabase(config.DATABASE_URL)
  await requireReachable('DATABASE_URL', 'a PostgreSQL database that answers', () => db.$queryRaw`SELECT 1`)
  const app = await buildRetirement(config, db)
  app.addHook('onClose', async () => db.$disconnect())
  return { app, host: config.HOST, port: config.PORT }
})
