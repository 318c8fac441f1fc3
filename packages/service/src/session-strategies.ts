import { type CookieScope, createMemoryStore, defineCookie, type ServerSessionOptions } from '@signet/auth/verifier'
import { type SessionStore, sharedSessionStore } from './session-store.js'
import type { SharedStore } from './shared-store.js'

export interface SessionStrategiesOptions {
  readonly cookieScope: CookieScope
  readonly shared: SharedStore
  readonly idleTtlSeconds: number
  /** Sessions in one process's memory are for showing what goes wrong with them. */
  readonly demo: boolean
  readonly onSeen?: (sid: string) => void
}

type Strategy = ServerSessionOptions

/** The types of express-session's stores speak of its own session; ours is written and read all the same. */
const fastifyStore = (store: SessionStore) => store as unknown as Strategy['store']

/** The two ways to remember people by a session, with both services' stores and cookies. */
export function sessionStrategies(options: SessionStrategiesOptions): Strategy[] {
  const { cookieScope, shared, idleTtlSeconds, demo, onSeen } = options
  const common = { idleTtlSeconds, ...(onSeen ? { onSeen } : {}) }
  const inStore: Strategy = {
    ...common,
    strategy: 'shared-session',
    cookie: defineCookie('signet_shared_session', cookieScope),
    store: fastifyStore(sharedSessionStore(shared, idleTtlSeconds)),
  }
  const inMemory: Strategy = {
    ...common,
    strategy: 'session',
    cookie: defineCookie('signet_session', cookieScope),
    store: createMemoryStore(idleTtlSeconds),
  }
  return demo ? [inStore, inMemory] : [inStore]
}

/** The same strategies with nothing in memory: what a process that has just been started knows. */
export function afterRestart(strategies: readonly Strategy[]): Strategy[] {
  return strategies.map((one) =>
    one.strategy === 'session' ? { ...one, store: createMemoryStore(one.idleTtlSeconds) } : one,
  )
}

/** The same strategies with another shared store, which nobody tidies. */
export function onStore(strategies: readonly Strategy[], shared: SharedStore): Strategy[] {
  return strategies.map((one) =>
    one.strategy === 'shared-session'
      ? { ...one, store: fastifyStore(sharedSessionStore(shared, one.idleTtlSeconds, { prune: false })) }
      : one,
  )
}
