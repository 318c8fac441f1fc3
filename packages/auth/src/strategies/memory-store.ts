import { MemoryStore, type SessionStore } from '@fastify/session'
import { LRUCache } from 'lru-cache'

/** The least recently used is evicted first. */
const MAX_SESSIONS = 10_000

/**
 * Keeps sessions in this process's memory. They are lost with it, and no other process knows them. Bounded in number, and
 * in time by `idleTtlSeconds` since the last use.
 */
export function createMemoryStore(idleTtlSeconds: number): SessionStore {
  const sessions = new LRUCache<string, object>({ max: MAX_SESSIONS, ttl: idleTtlSeconds * 1000, updateAgeOnGet: true })
  // The library's own store, over a bounded map.
  return new MemoryStore(sessions as unknown as Map<string, never>)
}
