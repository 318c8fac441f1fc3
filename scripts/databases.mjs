import { readFileSync } from 'node:fs'
import { secretFile } from './secrets.mjs'

/** A role's password: generated once, kept in a file of `dataDir`. */
export function roleOf(dataDir, name) {
  const [, password] = readFileSync(secretFile(dataDir, `${name}-database-password`), 'utf8')
    .trim()
    .split(':')
  return { database: `signet_${name}`, role: `signet_${name}`, password }
}

/**
 * Each service's own database and role with its tables and, in a demo, its people; with `store` also an empty one for
 * what the services share, where no Redis does that. Safe to repeat, and to run twice at once.
 *
 * @returns {Promise<Record<'bank' | 'retirement' | 'store', string>>} the URL that each is reached by.
 */
export async function prepareDatabases(adminUrl, dataDir, { demo, store }) {
  const { provision } = await import('@signet/database')
  const urls = {}
  for (const name of ['bank', 'retirement', ...(store ? ['store'] : [])])
    urls[name] = await provision(adminUrl, roleOf(dataDir, name))
  for (const name of ['bank', 'retirement']) await prepareDatabase(name, urls[name], { demo })
  return urls
}

/** One service's tables and, in a demo, its people, in a database that is there. Safe to repeat, and to run twice at once. */
export async function prepareDatabase(name, url, { demo }) {
  const { migrate } = await import('@signet/database')
  const { migrationsFolder } = await import(`@signet/${name}-database`)
  await migrate(url, migrationsFolder)
  if (demo) await SEEDS[name](url)
}

const SEEDS = {
  async bank(url) {
    const { createPasswords } = await import('@signet/auth/issuer')
    const { createBankDatabase } = await import('@signet/bank-database')
    const { seedBank } = await import('@signet/bank-database/seed')
    const passwords = await createPasswords({ concurrency: 2, queueLength: 64 })
    await closing(createBankDatabase(url), (db) => seedBank(db, { hashPassword: passwords.hash, now: new Date() }))
    await passwords.close()
  },
  async retirement(url) {
    const { createRetirementDatabase } = await import('@signet/retirement-database')
    const { seedRetirement } = await import('@signet/retirement-database/seed')
    await closing(createRetirementDatabase(url), (db) => seedRetirement(db, { now: new Date() }))
  },
}

async function closing(db, work) {
  try {
    await work(db)
  } finally {
    await db.$disconnect()
  }
}
