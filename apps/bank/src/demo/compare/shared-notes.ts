import type { SharedStore } from '@signet/service'
import { sharedSessionStore } from '@signet/service'

/** Values that all replicas share for a limited time. */
export interface SharedNotes {
  /** Returns undefined when there is none. The store is not trusted: check the value. */
  read(name: string): Promise<unknown>
  write(name: string, value: object): Promise<void>
}

/** Keeps notes in the session store, under keys that no session id can have. Rejects while the store is down. */
export function sharedNotes(shared: SharedStore, ttlSeconds: number): SharedNotes {
  const store = sharedSessionStore(shared, ttlSeconds, { prune: false })
  const cookie = { originalMaxAge: ttlSeconds * 1000 }
  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        store.get(`note:${name}`, (error, kept) => {
          if (error) reject(error)
          else resolve(kept && 'note' in kept ? kept.note : undefined)
        })
      }),
    write: (name, note) =>
      new Promise((resolve, reject) => {
        store.set(`note:${name}`, Object.assign({ cookie }, { note }), (error?: unknown) => {
          if (error) reject(error)
          else resolve()
        })
      }),
  }
}
