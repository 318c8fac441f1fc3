import { randomBytes } from 'node:crypto'
import { readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'

/** The least that both services can be configured by. Nobody listens at these addresses. */
export const MINIMAL = {
  JWT_SECRET: randomBytes(32).toString('hex'),
  REFRESH_TOKEN_SECRET: randomBytes(32).toString('hex'),
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  SESSION_STORE_URL: 'postgresql://nobody@127.0.0.1:9/none',
}

const read = { bank: readBankConfig, retirement: readRetirementConfig }
const builders = { bank: 'buildBank', retirement: 'buildRetirement' }

/** The configuration of `bank` or `retirement` where nothing but the least is set. */
export const configurationOf = (name, environment = {}) => read[name]({ ...MINIMAL, ...environment })

/**
 * `bank` or `retirement` itself, put together as when it starts, with no database behind it: for looking at what it has.
 * `close` ends it.
 */
export async function buildUnconnected(name, environment = {}) {
  const config = { ...configurationOf(name, environment), LOG_LEVEL: 'silent', LOGIN_RATE_LIMIT: 0 }
  const database = await import(`@signet/${name}-database`)
  const db = Object.entries(database).find(([key]) => /^create\w+Database$/.test(key))[1](MINIMAL.DATABASE_URL)
  const { [builders[name]]: build } = await import(`../../apps/${name}/dist/src/app.js`)
  const app = await build(config, db, { close: async () => {} })
  await app.ready()
  return {
    app,
    close: async () => {
      await app.close()
      await db.$disconnect()
    },
  }
}
