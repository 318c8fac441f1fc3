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
  const { migrate, provision } = await import('@signet/database')
  const bank = await import('@signet/bank-database')
  const retirement = await import('@signet/retirement-database')
  const urls = {}
  for (const name of ['bank', 'retirement', ...(store ? ['store'] : [])])
    urls[name] = await provision(adminUrl, roleOf(dataDir, name))
  await migrate(urls.bank, bank.migrationsFolder)
  await migrate(urls.retirement, retirement.migrationsFolder)
  if (demo) await seed(urls, { bank, retirement })
  return urls
}

async function seed(urls, { bank, retirement }) {
  const { createPasswords } = await import('@signet/auth/issuer')
  const passwords = await createPasswords({ concurrency: 2, queueLength: 64 })
  const bankDb = bank.createBankDatabase(urls.bank)
  const retirementDb = retirement.createRetirementDatabase(urls.retirement)
  try {
    await bank.seedBank(bankDb, { hashPassword: passwords.hash, now: new Date() })
    await retirement.seedRetirement(retirementDb, { now: new Date() })
  } finally {
    await Promise.all([bankDb.$disconnect(), retirementDb.$disconnect()])
  }
}
