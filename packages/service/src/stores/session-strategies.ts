import { type CookieScope, createMemoryStore, defineCookie, type ServerSessionOptions } from '@signet/auth/verifier'
import { type SessionStore, sharedSessionStore } from './session-store.js'
import type { SharedStore } from './shared-store.js'

export interface SessionStrategiesOptions {
  readonly cookieScope: CookieScope
  readonly shared: SharedStore
  readonly idleTtlSeconds: number
  /** Whether to offer memory sessions, which no other process and no other app accepts. */
  readonly inMemory: boolean
  /** Called when a session is used, at most once per minute. */
  readonly onSeen?: (sid: string) => void
  /** Whether to delete expired sessions from a PostgreSQL store. Default true. */
  readonly prune?: boolean
}

export type SessionStrategy = ServerSessionOptions

/** Adapts the type: stores of express-session are typed for its own session, but store any. */
const fastifyStore = (store: SessionStore) => store as unknown as SessionStrategy['store']

/** Returns the session strategies with their stores and cookies, for both services. */
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
