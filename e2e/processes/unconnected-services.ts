import { randomBytes } from 'node:crypto'
import { buildBank } from '@signet/bank/app'
import { readBankConfig } from '@signet/bank/config'
import { createBankDatabase } from '@signet/bank-database'
import { buildRetirement } from '@signet/retirement/app'
import { readRetirementConfig } from '@signet/retirement/config'
import { createRetirementDatabase } from '@signet/retirement-database'
import type { App, SharedStore } from '@signet/service'
import { injectAs } from '@signet/testing'
import { quickHasher } from '@signet/testing/quick-hasher'
import pg from 'pg'
import type { Environment, ServiceName } from './services.js'

/** The minimal environment of both services. No server listens at these addresses. */
export const MINIMAL = {
  JWT_SECRET: randomBytes(32).toString('hex'),
  REFRESH_TOKEN_SECRET: randomBytes(32).toString('hex'),
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  SESSION_STORE_URL: 'postgresql://nobody@127.0.0.1:9/none',
}

/** Returns the configurations of both services in the minimal environment. */
export const configurations = () => ({ bank: readBankConfig(MINIMAL), retirement: readRetirementConfig(MINIMAL) })

const SILENT = { LOG_LEVEL: 'silent' } as const

/** Builds each service as its server does, without a database. */
const BUILD = {
  bank: (environment: Environment) => {
    const config = { ...readBankConfig({ ...MINIMAL, ...environment }), LOGIN_RATE_LIMIT: 0, ...SILENT }
    const db = createBankDatabase(MINIMAL.DATABASE_URL)
    return { db, origin: config.BANK_URL, build: (store: SharedStore) => buildBank(config, db, store, quickHasher()) }
  },
  retirement: (environment: Environment) => {
    const config = { ...readRetirementConfig({ ...MINIMAL, ...environment }), ...SILENT }
    const db = createRetirementDatabase(MINIMAL.DATABASE_URL)
    return { db, origin: config.RETIREMENT_URL, build: (store: SharedStore) => buildRetirement(config, db, store) }
  },
}

/** Builds `bank` or `retirement` without a database, for tests that inspect it. `close` ends it. */
export async function buildUnconnected(name: ServiceName, environment: Environment = {}) {
  const { db, origin, build } = BUILD[name](environment)
  const pool = new pg.Pool({ connectionString: MINIMAL.SESSION_STORE_URL })
  const store: SharedStore = { kind: 'postgresql', pool, ping: () => pool.query('SELECT'), close: () => pool.end() }
  const app = await build(store)
  await app.ready()
  return {
    app: injectAs(app, origin),
    close: async () => {
      await app.close()
      await Promise.all([db.$disconnect(), store.close()])
    },
  }
}

/** The routes of find-my-way, which its types leave out. */
interface WithRoutes {
  readonly routes: readonly { readonly method: string; readonly path: string }[]
}

export const routesOf = ({ methodIndex }: App) => (methodIndex as App['methodIndex'] & WithRoutes).routes
