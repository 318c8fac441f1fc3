import { type CookieScope, createMemoryStore, defineCookie, type ServerSessionOptions } from '@signet/auth/verifier'
import { sharedSessionStore } from './session-store.js'
import type { SharedStore } from './shared-store.js'

export interface SessionStrategiesOptions {
  readonly cookieScope: CookieScope
  readonly shared: SharedStore
  readonly idleTtlSeconds: number
  /** Sessions in one process's memory are for showing what goes wrong with them. */
  readonly demo: boolean
  readonly onSeen?: (sid: string) => void
}

/** The two ways to remember people by a session, with both services' stores and cookies. */
export function sessionStrategies(options: SessionStrategiesOptions): Omit<ServerSessionOptions, 'clock'>[] {
  const { cookieScope, shared, idleTtlSeconds, demo, onSeen } = options
  const common = { idleTtlSeconds, ...(onSeen ? { onSeen } : {}) }
  const inStore: Omit<ServerSessionOptions, 'clock'> = {
    ...common,
    strategy: 'shared-session',
    cookie: defineCookie('signet_shared_session', cookieScope),
    // The types of express-session's stores speak of its own session; ours is written and read all the same.
    store: sharedSessionStore(shared, idleTtlSeconds) as unknown as ServerSessionOptions['store'],
  }
  const inMemory: Omit<ServerSessionOptions, 'clock'> = {
    ...common,
    strategy: 'session',
    cookie: defineCookie('signet_session', cookieScope),
    store: createMemoryStore(idleTtlSeconds),
  }
  return demo ? [inStore, inMemory] : [inStore]
}
