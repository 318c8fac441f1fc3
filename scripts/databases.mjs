import { readFileSync } from 'node:fs'
import { secretFile } from './secrets.mjs'

const passwordOf = (dataDir, name) => {
  const [, password] = readFileSync(secretFile(dataDir, `${name}-database-password`), 'utf8')
    .trim()
    .split(':')
  return password
}

/** The role that a service connects as. Its password is generated once and kept in a file of `dataDir`. */
export const roleOf = (dataDir, name) => ({
  database: `signet_${name}`,
  role: `signet_${name}`,
  password: passwordOf(dataDir, name),
})

/** The role that owns a service's database and migrates it. */
export const ownerOf = (dataDir, name) => ({
  database: `signet_${name}`,
  role: `signet_${name}_owner`,
  password: passwordOf(dataDir, `${name}-owner`),
})

/**
 * Each service's own database with its tables and, in a demo, its people; with `store` also an empty one for what the services share,
 * where no Redis does that. A service's database has two roles: the owner, and the service's own, which cannot change the schema or
 * the history of money. Safe to repeat, and to run twice at once.
 *
 * @returns `urls`: what each service connects by; `ownerUrls`: what the migrations run by.
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
 * One service's tables, what its role may do and, in a demo, its people, in a database that is there. Safe to repeat, and to run
 * twice at once.
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
