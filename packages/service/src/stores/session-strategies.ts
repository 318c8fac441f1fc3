import { type CookieScope, createMemoryStore, defineCookie, type ServerSessionOptions } from '@signet/auth/verifier'
import { type SessionStore, sharedSessionStore } from './session-store.js'
import type { SharedStore } from './shared-store.js'

export interface SessionStrategiesOptions {
  readonly cookieScope: CookieScope
  readonly shared: SharedStore
  readonly idleTtlSeconds: number
  /** Whether sessions in the memory of one process are offered too: no other process and no other app knows them. */
  readonly inMemory: boolean
  /** Called when a session is used, at most once a minute. */
  readonly onSeen?: (sid: string) => void
  /** Whether expired sessions are deleted from a PostgreSQL store. Default true. */
  readonly prune?: boolean
}

export type SessionStrategy = ServerSessionOptions

/** The types of express-session's stores speak of its own session; ours is written and read all the same. */
const fastifyStore = (store: SessionStore) => store as unknown as SessionStrategy['store']

/** The two ways to remember people by a session, with both services' stores and cookies. */
export function sessionStrategies(options: SessionStrategiesOptions): SessionStrategy[] {
  const { cookieScope, shared, idleTtlSeconds, inMemory, onSeen, prune = true } = options
  const common = { idleTtlSeconds, ...(onSeen ? { onSeen } : {}) }
  const sharedSessions: SessionStrategy = {
    ...common,
    strategy: 'shared-session',
    cookie: defineCookie('shared_session', cookieScope),
    store: fastifyStore(sharedSessionStore(shared, idleTtlSeconds, { prune })),
  }
  const memorySessions: SessionStrategy = {
    ...common,
    strategy: 'session',
    cookie: defineCookie('session', cookieScope),
    store: createMemoryStore(idleTtlSeconds),
  }
  return inMemory ? [sharedSessions, memorySessions] : [sharedSessions]
}
