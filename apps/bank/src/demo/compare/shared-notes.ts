import type { SharedStore } from '@signet/service'
import { sharedSessionStore } from '@signet/service'

/** A few things that every replica may show, kept for a while. */
export interface SharedNotes {
  /** Undefined where there is none. Whoever can write to the store wrote it: check what it is. */
  read(name: string): Promise<unknown>
  write(name: string, value: object): Promise<void>
}

/** In the store of the sessions, under names that no session's id can have. Rejects while the store is down. */
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
