import { readFileSync } from 'node:fs'
import { secretFile } from './secrets.mjs'

const passwordOf = (dataDir, name) => {
  const [, password] = readFileSync(secretFile(dataDir, `${name}-database-password`), 'utf8')
    .trim()
    .split(':')
  return password
}

/** Returns the role that a service connects as. Generates its password once and stores it in a file of `dataDir`. */
export const roleOf = (dataDir, name) => ({
  database: `signet_${name}`,
  role: `signet_${name}`,
  password: passwordOf(dataDir, name),
})

/** Returns the role that owns a service's database and runs its migrations. */
export const ownerOf = (dataDir, name) => ({
  database: `signet_${name}`,
  role: `signet_${name}_owner`,
  password: passwordOf(dataDir, `${name}-owner`),
})

/**
 * Creates and migrates a database for each service and, in a demo, adds the demo users. With `store`, also creates an empty
 * database for shared sessions, as an alternative to Redis.
 *
 * A service's database has two roles: the owner, and the service's own, which cannot change the schema or the ledger's
 * history. Idempotent, also when two processes run it concurrently.
 *
 * @returns `urls` for the services and `ownerUrls` for the migrations
 */
export async function prepareDatabases(adminUrl, dataDir, { demo, store }) {
  const { provision, provisionRuntime } = await import('@signet/database')
  const urls = {}
  const ownerUrls = {}
  for (const name of ['bank', 'retirement']) {
    const owner = ownerOf(dataDir, name)
    ownerUrls[name] = await provision(adminUrl, owner)
    urls[name] = await provisionRuntime(adminUrl, { owner: owner.role, ...roleOf(dataDir, name) })
    await prepareDatabase(name, { ownerUrl: ownerUrls[name], role: roleOf(dataDir, name).role, demo })
  }
  if (store) urls.store = await provision(adminUrl, roleOf(dataDir, 'store'))
  return { urls, ownerUrls }
}

/**
 * Migrates one service's existing database, grants its role the privileges it needs and, in a demo, adds the demo users.
 * Idempotent, also when two processes run it concurrently.
 */
export async function prepareDatabase(name, { ownerUrl, role, demo }) {
  const { grantRuntime, migrate } = await import('@signet/database')
  const { migrationsFolder, runtimePrivileges } = await import(`@signet/${name}-database`)
  await migrate(ownerUrl, migrationsFolder)
  await grantRuntime(ownerUrl, role, runtimePrivileges)
  await SEEDS[name](ownerUrl, demo)
}

const SEEDS = {
  async bank(url, demo) {
    const { createBankDatabase } = await import('@signet/bank-database')
    const { seedBank, setOpeningBalance } = await import('@signet/bank-database/seed')
    if (!demo) return closing(createBankDatabase(url), (db) => setOpeningBalance(db, { demo }))
    const { createPasswords } = await import('@signet/auth/issuer')
    const passwords = await createPasswords({ concurrency: 2, queueLength: 64 })
    await closing(createBankDatabase(url), (db) => seedBank(db, { hashPassword: passwords.hash, now: new Date() }))
    await passwords.close()
  },
  async retirement(url, demo) {
    if (!demo) return
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
