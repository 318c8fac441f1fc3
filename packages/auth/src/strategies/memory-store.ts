import { MemoryStore, type SessionStore } from '@fastify/session'
import { LRUCache } from 'lru-cache'

/** Beyond it the least recently used session is evicted. */
const MAX_SESSIONS = 10_000

/**
 * Creates a store in this process's memory. Its sessions end with the process, and no other process has them. It is bounded in
 * number, and sessions expire `idleTtlSeconds` after their last use.
 */
export function createMemoryStore(idleTtlSeconds: number): SessionStore {
  const sessions = new LRUCache<string, object>({ max: MAX_SESSIONS, ttl: idleTtlSeconds * 1000, updateAgeOnGet: true })
  // The library's own store, over a bounded map.
  return new MemoryStore(sessions as unknown as Map<string, never>)
}
