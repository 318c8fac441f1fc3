import { LRUCache } from 'lru-cache'
import { AuthError } from '../errors.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import { statusListId } from './reference.js'
import { countRevoked, isRevoked, type StatusListVersion } from './status-list.js'
import { STATUS_LIST_POLL_SECONDS } from './status-token.js'

/** Where lists come from: the issuer's own store, or the issuer over HTTP. */
export interface StatusListSource {
  /** Returns the list, `unchanged` when `etag` names its newest version, or null when the issuer has dropped the list. */
  fetch(id: string, etag: string | undefined): Promise<StatusListVersion | 'unchanged' | null>
}

export interface FollowOptions {
  /** The issuer's public origin. */
  readonly issuer: string
  readonly source: StatusListSource
  /** How long a list that cannot be renewed is relied on, in seconds. */
  readonly maxAgeSeconds: number
  /** Called with the time in seconds from a revocation to its arrival here. */
  readonly onDelay?: (seconds: number) => void
  readonly onError?: (error: unknown) => void
}

export interface StatusLists {
  /**
   * Checks that the session of a verified token is not revoked. A bit test; only a list that is not held yet is fetched, and
   * then the check returns a promise.
   *
   * @throws {AuthError} `token_revoked`; `unavailable` when the list is older than it may be.
   */
  assertNotRevoked(session: Pick<AccessTokenClaims, 'status'>): Promise<void> | undefined
  /** Refuses a session from now on. Call it in the process that has revoked the session: its lists show that later. */
  markRevoked(session: Pick<AccessTokenClaims, 'status'>): void
  /** Age in seconds of the list that was renewed longest ago; 0 while none is held. */
  ageSeconds(): number
  /** How many lists are held. */
  count(): number
  /** How many sessions are revoked in these lists. */
  revokedCount(): number
  /** Memory of the lists' bits. */
  memoryBytes(): number
  close(): void
}

interface Followed {
  id: string
  version: StatusListVersion
  /** Counted once per version: metrics are scraped every few seconds, and most lists never change again. */
  revoked: number
  renewedAtMs: number
  usedAtMs: number
}

/** Requests at once: beyond a few million sessions there are more lists than a service should open sockets. */
const RENEWALS_AT_ONCE = 64
/** A list that no token has named for this long is dropped. */
const IDLE_MS = 3_600_000
/** A list that was requested before a session was revoked may arrive this much later, without it. */
const LATE_LIST_MS = 10_000
/** Sessions that this process revoked, until its lists show them. */
const MAX_MARKED = 10_000

/** Holds the status lists that tokens name in memory and renews each every second. */
export function followStatusLists(options: FollowOptions): StatusLists {
  const { issuer, source, maxAgeSeconds, onDelay, onError } = options
  /** By URI, as tokens name them. */
  const lists = new Map<string, Followed>()
  const arriving = new Map<string, Promise<void>>()
  /** Forgotten when no list without them can be relied on any more. */
  const marked = new LRUCache<string, true>({ max: MAX_MARKED, ttl: maxAgeSeconds * 1000 + LATE_LIST_MS })

  async function renew(uri: string, id: string, followed: Followed | undefined): Promise<void> {
    const fetched = await source.fetch(id, followed?.version?.etag)
    const now = Date.now()
    const version = fetched === 'unchanged' ? (followed?.version ?? null) : fetched
    if (followed && fetched !== 'unchanged' && version && version.changedAtMs > (followed.version?.changedAtMs ?? 0)) {
      onDelay?.((now - version.changedAtMs) / 1000)
    }
    // A dropped list is not followed: however many such lists tokens name, nothing is kept of them.
    if (version === null) lists.delete(uri)
    else {
      const revoked = fetched === 'unchanged' && followed ? followed.revoked : countRevoked(version.bits)
      lists.set(uri, { id, version, revoked, renewedAtMs: now, usedAtMs: followed?.usedAtMs ?? now })
    }
  }

  /** One request per list at a time, however many wait for it. */
  function renewOnce(uri: string, id: string): Promise<void> {
    const running = arriving.get(uri) ?? renew(uri, id, lists.get(uri)).finally(() => arriving.delete(uri))
    arriving.set(uri, running)
    return running
  }

  async function renewAll(): Promise<void> {
    const now = Date.now()
    for (const [uri, { usedAtMs }] of lists) if (now - usedAtMs > IDLE_MS) lists.delete(uri)
    const due = [...lists].values()
    const renewInTurn = async () => {
      for (const [uri, { id }] of due) await renewOnce(uri, id).catch((error: unknown) => onError?.(error))
    }
    await Promise.all(Array.from({ length: Math.min(RENEWALS_AT_ONCE, lists.size) }, renewInTurn))
  }

  let renewing = false
  const timer = setInterval(() => {
    if (renewing) return
    renewing = true
    renewAll().finally(() => {
      renewing = false
    })
  }, STATUS_LIST_POLL_SECONDS * 1_000)
  timer.unref()

  function check(followed: Followed | undefined, idx: number): void {
    // It was just fetched and is not there: the issuer drops a list once all its sessions are over.
    if (!followed) throw new AuthError('token_revoked', 'the issuer has dropped the status list')
    followed.usedAtMs = Date.now()
    if (followed.usedAtMs - followed.renewedAtMs > maxAgeSeconds * 1000) throw unavailable('too old')
    if (isRevoked(followed.version.bits, idx)) throw new AuthError('token_revoked', 'status list')
  }

  return {
    assertNotRevoked: (session) => {
      const { idx, uri } = session.status.status_list
      if (marked.size > 0 && marked.has(markOf(session))) throw new AuthError('token_revoked', 'revoked here')
      const followed = lists.get(uri)
      if (followed) {
        check(followed, idx)
        return undefined
      }
      const id = statusListId(issuer, uri)
      if (id === undefined) throw new AuthError('token_claims_invalid', 'status is not a list of the issuer')
      return renewOnce(uri, id).then(
        () => check(lists.get(uri), idx),
        (error: unknown) => {
          onError?.(error)
          throw unavailable('cannot be fetched')
        },
      )
    },
    markRevoked: (session) => {
      marked.set(markOf(session), true)
    },
    ageSeconds: () => {
      const oldest = Math.min(...[...lists.values()].map(({ renewedAtMs }) => renewedAtMs))
      return Number.isFinite(oldest) ? (Date.now() - oldest) / 1000 : 0
    },
    count: () => lists.size,
    revokedCount: () => sumOf(lists, ({ revoked }) => revoked),
    memoryBytes: () => sumOf(lists, ({ version }) => version.bits.byteLength),
    close: () => clearInterval(timer),
  }
}

const markOf = ({ status: { status_list: list } }: Pick<AccessTokenClaims, 'status'>): string =>
  `${list.uri}#${list.idx}`

const sumOf = (lists: ReadonlyMap<string, Followed>, of: (list: Followed) => number): number =>
  [...lists.values()].reduce((sum, list) => sum + of(list), 0)

function unavailable(why: string): AuthError {
  const sentence = 'We cannot check your session right now. Try again in a moment.'
  return new AuthError('unavailable', `status list ${why}`, { 'retry-after': '1' }, sentence)
}
