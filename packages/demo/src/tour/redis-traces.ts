import type { RedisClient } from '@signet/service'
import { MAX_EVENTS, MAX_TOURS, type TraceRows } from './trace-rows.js'

const PREFIX = 'signet-tour:'
/** Active tours by their end, so that the oldest can be deleted. */
const TOURS = `${PREFIX}all`
/** Redis has no empty lists: this entry marks a tour without events. */
const BEGUN = '"begun"'

/** Keeps each tour in a list that Redis expires. */
export function redisTraces(client: RedisClient): TraceRows {
  const listOf = (key: string) => `${PREFIX}${key}`
  return {
    begin: async (key, ttlSeconds) => {
      const now = Date.now()
      await client.zRemRangeByScore(TOURS, 0, now)
      const surplus = (await client.zCard(TOURS)) - (MAX_TOURS - 1)
      const oldest = surplus > 0 ? await client.zPopMinCount(TOURS, surplus) : []
      const making = client.multi()
      for (const { value } of oldest) making.del(listOf(value))
      making.zAdd(TOURS, { score: now + ttlSeconds * 1000, value: key }).expire(TOURS, ttlSeconds)
      making.rPush(listOf(key), BEGUN).expire(listOf(key), ttlSeconds)
      await making.exec()
    },
    append: async (key, event) => {
      // RPUSHX appends only to an existing list.
      await client.multi().rPushX(listOf(key), event).lTrim(listOf(key), -MAX_EVENTS, -1).exec()
    },
    read: async (key) => {
      const texts = await client.lRange(listOf(key), 0, -1)
      return texts.length === 0 ? null : texts.map((text): unknown => JSON.parse(text))
    },
  }
}
