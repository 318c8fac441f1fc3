import { AuthError } from '../errors.js'
import { countRevoked, isRevoked, type StatusListVersion } from './status-list.js'

/** Called once, usually with an {@link AuthError} `token_revoked` or `unavailable`. */
export type RevocationListener = (reason: unknown) => void

/** One status list in memory, and the listeners of its sessions. */
export interface FollowedList {
  readonly id: string
  readonly version: StatusListVersion
  /** Counted once per version: metrics are scraped every few seconds, and most lists rarely change. */
  readonly revokedCount: number
  readonly renewedAtMs: number
  /** Returns whether the list is in use: named by a token within the last hour, or watched. */
  isUsed(): boolean
  update(fetched: StatusListVersion | 'unchanged'): void
  /** @throws {AuthError} `token_revoked`; `unavailable` when the list is older than it may be. */
  check(idx: number): void
  /** Makes {@link notify} call back. Returns a function that cancels it. */
  watch(idx: number, listener: RevocationListener): () => void
  /** Calls back for one session, or for each session whose check throws now. */
  notify(idx?: number, reason?: AuthError): void
}

/** A list is dropped when no token has named it for this time. */
const IDLE_MS = 3_600_000

/** @param maxAgeMs how long a list is used that cannot be refreshed */
export function createFollowedList(id: string, first: StatusListVersion, maxAgeMs: number): FollowedList {
  const watched = new Map<number, Set<RevocationListener>>()
  let usedAtMs = Date.now()
  let renewedAtMs = usedAtMs
  let version = first
  let revokedCount = countRevoked(first.bits)

  const problemOf = (idx: number): AuthError | undefined => {
    if (Date.now() - renewedAtMs > maxAgeMs) return listUnavailable('too old')
    return isRevoked(version.bits, idx) ? new AuthError('token_revoked', 'status list') : undefined
  }

  function notifyOne(idx: number, reason: AuthError | undefined): void {
    const listeners = watched.get(idx)
    if (!reason || !listeners) return
    watched.delete(idx)
    for (const listener of listeners) listener(reason)
  }

  return {
    id,
    get version() {
      return version
    },
    get revokedCount() {
      return revokedCount
    },
    get renewedAtMs() {
      return renewedAtMs
    },
    isUsed: () => watched.size > 0 || Date.now() - usedAtMs <= IDLE_MS,
    update: (fetched) => {
      renewedAtMs = Date.now()
      if (fetched === 'unchanged') return
      version = fetched
      revokedCount = countRevoked(fetched.bits)
    },
    check: (idx) => {
      usedAtMs = Date.now()
      const problem = problemOf(idx)
      if (problem) throw problem
    },
    watch: (idx, listener) => {
      const listeners = watched.get(idx) ?? new Set()
      watched.set(idx, listeners.add(listener))
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) watched.delete(idx)
      }
    },
    notify: (idx, reason) => {
      if (idx !== undefined) notifyOne(idx, reason)
      else for (const one of [...watched.keys()]) notifyOne(one, reason ?? problemOf(one))
    },
  }
}

export function listUnavailable(why: string): AuthError {
  const sentence = 'We cannot check your session right now. Try again in a moment.'
  return new AuthError('unavailable', `status list ${why}`, { 'retry-after': '1' }, sentence)
}
