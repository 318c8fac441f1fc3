import { randomBytes } from 'node:crypto'
import { readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { injectAs } from '@signet/testing'

/** The minimal environment of both services. No server listens at these addresses. */
export const MINIMAL = {
  JWT_SECRET: randomBytes(32).toString('hex'),
  REFRESH_TOKEN_SECRET: randomBytes(32).toString('hex'),
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  SESSION_STORE_URL: 'postgresql://nobody@127.0.0.1:9/none',
}

const read = { bank: readBankConfig, retirement: readRetirementConfig }
const builders = { bank: 'buildBank', retirement: 'buildRetirement' }

/** Returns the configuration of `bank` or `retirement` in the minimal environment. */
export const configurationOf = (name, environment = {}) => read[name]({ ...MINIMAL, ...environment })

/**
 * Builds `bank` or `retirement` as its server does, without a database, for tests that inspect it. `close` ends it.
 */
export async function buildUnconnected(name, environment = {}) {
  const config = { ...configurationOf(name, environment), LOG_LEVEL: 'silent', LOGIN_RATE_LIMIT: 0 }
  const database = await import(`@signet/${name}-database`)
  const db = Object.entries(database).find(([key]) => /^create\w+Database$/.test(key))[1](MINIMAL.DATABASE_URL)
  const { [builders[name]]: build } = await import(`@signet/${name}/app`)
  const app = await build(config, db, { close: async () => {} })
  await app.ready()
  return {
    app: injectAs(app, config[`${name.toUpperCase()}_URL`]),
    close: async () => {
      await app.close()
      await db.$disconnect()
    },
  }
}
