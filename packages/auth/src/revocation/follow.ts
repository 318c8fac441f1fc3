import { setMaxListeners } from 'node:events'
import timers from 'node:timers/promises'
import fastq from 'fastq'
import { LRUCache } from 'lru-cache'
import { AuthError } from '../errors.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import { createFollowedList, type FollowedList, listUnavailable, type RevocationListener } from './followed-list.js'
import { statusListId } from './reference.js'
import type { StatusListVersion } from './status-list.js'
import { STATUS_LIST_POLL_SECONDS, STATUS_LIST_WAIT_SECONDS } from './status-token.js'

/** Requests that the source holds its response until the list changes. */
export interface Hold {
  /** Maximum time in seconds. */
  readonly seconds: number
  /** Cancels the request. */
  readonly signal: AbortSignal
}

/** Source of the lists: the issuer's own store, or the issuer over HTTP. */
export interface StatusListSource {
  /**
   * Returns the list, `unchanged` if `etag` is its newest version, or null if the issuer has dropped the list. With `hold`, it
   * returns `unchanged` only after that time. A source that cannot hold returns it at once.
   */
  fetch(id: string, etag: string | undefined, hold?: Hold): Promise<StatusListVersion | 'unchanged' | null>
}

export interface FollowOptions {
  /** The issuer's public origin. */
  readonly issuer: string
  readonly source: StatusListSource
  /** How long a list is used that cannot be refreshed, in seconds. */
  readonly maxAgeSeconds: number
  /** Called with the time in seconds from a revocation to its arrival here. */
  readonly onDelay?: (seconds: number) => void
  readonly onError?: (error: unknown) => void
}

type Session = Pick<AccessTokenClaims, 'status'>

export interface StatusLists {
  /**
   * Checks that the session of a verified token is not revoked, with a bit test. Returns a promise only if its list must be
   * fetched first.
   *
   * @throws {AuthError} `token_revoked`; `unavailable` when the list is older than it may be.
   */
  assertNotRevoked(session: Session): Promise<void> | undefined
  /** Refuses a session from now on. Call it in the process that revoked the session, whose lists show it later. */
  markRevoked(session: Session): void
  /** Calls back once, as soon as `assertNotRevoked` refuses this session, now or later. Returns a function that cancels it. */
  onRevoked(session: Session, listener: RevocationListener): () => void
  /** Returns the age of the oldest list in seconds. 0 without lists. */
  ageSeconds(): number
  /** Returns the number of lists. */
  count(): number
  /** Returns the number of revoked sessions in these lists. */
  revokedCount(): number
  /** Returns the memory of the lists' bits in bytes. */
  memoryBytes(): number
  close(): void
}

/** Maximum concurrent requests: with many millions of sessions there are more lists than a service should open sockets. */
const REQUESTS_AT_ONCE = 64
/** How much later a list may arrive that was requested before a session was revoked, and so does not show it. */
const LATE_LIST_MS = 10_000
/** Maximum number of sessions that this process revoked and its lists may not show yet. */
const MAX_MARKED = 10_000
/** Share of `maxAgeSeconds`, so that a list does not become too old while the issuer holds the response. */
const HELD_PART = 1 / 3

/**
 * Keeps the status lists of presented tokens in memory. One request for each list waits at the issuer until the list changes. If
 * that is not possible, the list is requested every second.
 */
export function followStatusLists(options: FollowOptions): StatusLists {
  const { issuer, source, maxAgeSeconds, onDelay, onError } = options
  const holdSeconds = Math.min(STATUS_LIST_WAIT_SECONDS, Math.floor(maxAgeSeconds * HELD_PART))
  const closing = new AbortController()
  const { signal } = closing
  // Each list listens.
  setMaxListeners(0, signal)
  /** By URI, as tokens name them. */
  const lists = new Map<string, FollowedList>()
  const arriving = new Map<string, Promise<void>>()
  /** Expire when every list that could lack them is too old. */
  const marked = new LRUCache<string, true>({ max: MAX_MARKED, ttl: maxAgeSeconds * 1000 + LATE_LIST_MS })
  const polls = fastq.promise((list: FollowedList) => renew(list), REQUESTS_AT_ONCE)

  /** Fetches a new list with one request for all concurrent callers. */
  function fetchFirst(uri: string, id: string): Promise<void> {
    const running = arriving.get(uri) ?? fetchAndFollow(uri, id).finally(() => arriving.delete(uri))
    arriving.set(uri, running)
    return running
  }

  async function fetchAndFollow(uri: string, id: string): Promise<void> {
    const version = await source.fetch(id, undefined)
    // A dropped list is not followed, so tokens that name dropped lists use no memory.
    if (version === null || version === 'unchanged' || signal.aborted) return
    const list = createFollowedList(id, version, maxAgeSeconds * 1000)
    lists.set(uri, list)
    void follow(uri, list)
  }

  /** Returns whether there is a newer version, or null if the issuer has dropped the list. */
  async function renew(list: FollowedList, hold?: Hold): Promise<boolean | null> {
    const before = list.version
    const fetched = await source.fetch(list.id, before.etag, hold)
    if (fetched === null) return null
    list.update(fetched)
    if (fetched === 'unchanged' || fetched.etag === before.etag) return false
    if (fetched.changedAtMs > before.changedAtMs) onDelay?.((Date.now() - fetched.changedAtMs) / 1000)
    return true
  }

  async function follow(uri: string, list: FollowedList): Promise<void> {
    while (!signal.aborted && list.isUsed()) {
      const nextAtMs = Date.now() + STATUS_LIST_POLL_SECONDS * 1000
      const isHeld = holdSeconds > 0 && lists.size <= REQUESTS_AT_ONCE
      try {
        const changed = await (isHeld ? renew(list, { seconds: holdSeconds, signal }) : polls.push(list))
        if (changed === null) break
        list.notify()
        if (changed) continue
      } catch (error) {
        if (signal.aborted) return
        onError?.(error)
        // The list may be too old now.
        list.notify()
      }
      const earlyMs = nextAtMs - Date.now()
      if (earlyMs > 0) await timers.setTimeout(earlyMs, undefined, { ref: false, signal }).catch(() => {})
    }
    lists.delete(uri)
    if (!signal.aborted) list.notify(undefined, dropped())
  }

  function assertNotRevoked(session: Session): Promise<void> | undefined {
    const { idx, uri } = session.status.status_list
    if (marked.size > 0 && marked.has(markOf(session))) throw revokedHere()
    const list = lists.get(uri)
    if (list) {
      list.check(idx)
      return undefined
    }
    const id = statusListId(issuer, uri)
    if (id === undefined) throw new AuthError('token_claims_invalid', 'status is not a list of the issuer')
    return fetchFirst(uri, id).then(
      () => {
        const fetched = lists.get(uri)
        if (!fetched) throw dropped()
        fetched.check(idx)
      },
      (error: unknown) => {
        onError?.(error)
        throw listUnavailable('cannot be fetched')
      },
    )
  }

  return {
    assertNotRevoked,
    markRevoked: (session) => {
      const { idx, uri } = session.status.status_list
      marked.set(markOf(session), true)
      lists.get(uri)?.notify(idx, revokedHere())
    },
    onRevoked: (session, listener) => {
      const { idx, uri } = session.status.status_list
      let stop: (() => void) | undefined = () => {}
      const watch = () => {
        if (stop) stop = lists.get(uri)?.watch(idx, listener)
      }
      const refuse = (reason: unknown) => {
        if (stop) listener(reason)
      }
      try {
        const fetching = assertNotRevoked(session)
        if (fetching) fetching.then(watch, refuse)
        else watch()
      } catch (error) {
        refuse(error)
      }
      return () => {
        stop?.()
        stop = undefined
      }
    },
    ageSeconds: () => {
      const oldest = Math.min(...[...lists.values()].map(({ renewedAtMs }) => renewedAtMs))
      return Number.isFinite(oldest) ? (Date.now() - oldest) / 1000 : 0
    },
    count: () => lists.size,
    revokedCount: () => sumOf(lists, ({ revokedCount }) => revokedCount),
    memoryBytes: () => sumOf(lists, ({ version }) => version.bits.byteLength),
    close: () => closing.abort(),
  }
}

const markOf = ({ status: { status_list: list } }: Session): string => `${list.uri}#${list.idx}`

const sumOf = (lists: ReadonlyMap<string, FollowedList>, of: (list: FollowedList) => number): number =>
  [...lists.values()].reduce((sum, list) => sum + of(list), 0)

const revokedHere = () => new AuthError('token_revoked', 'revoked here')
/** The list was just requested and does not exist: the issuer drops a list when all its sessions have expired. */
const dropped = () => new AuthError('token_revoked', 'the issuer has dropped the status list')
