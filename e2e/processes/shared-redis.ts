// Shared by the suites of one test file: a Redis server, and a bank and a retirement that use it.
import { after } from 'node:test'
import { startRedis } from '../support/redis.js'
import { world } from './shared-world.js'

export const redis = await startRedis()
after(() => redis.stop())

export const onRedis = { SESSION_STORE_URL: redis.url }
export const redisBank = await world.start('bank', { env: onRedis })
export const redisRetirement = await world.startHere('retirement', {
  env: { ...onRedis, BANK_INTERNAL_URL: redisBank.url, RETIREMENT_INTERNAL_URL: undefined },
})
