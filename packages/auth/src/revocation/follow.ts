import { AuthError } from '../errors.js'
import type { AccessTokenClaims } from '../tokens/claims.js'
import { statusListId } from './reference.js'
import { countEnded, isEnded, type StatusBits } from './status-list.js'
import { STATUS_LIST_POLL_SECONDS } from './status-token.js'

export interface StatusListVersion {
  readonly bits: StatusBits
  /** Names this version, for asking whether there is a newer one. */
  readonly etag: string
  /** When the newest sign-in in it was ended, in ms since 1970; 0 when none was. */
  readonly changedAtMs: number
}

/** Where lists come from: the bank's database, or the bank over HTTP. */
export interface StatusListSource {
  /** The list, `unchanged` when `etag` names its newest version, or null when the list has been given up. */
  fetch(id: string, etag: string | undefined): Promise<StatusListVersion | 'unchanged' | null>
}

export interface FollowOptions {
  /** The bank's public origin. */
  readonly issuer: string
  readonly source: StatusListSource
  /** How long a list that cannot be renewed is relied on, in seconds. */
  readonly maxAgeSeconds: number
  /** Told how long an ended sign-in took to arrive here. */
  readonly onDelay?: (seconds: number) => void
  readonly onError?: (error: unknown) => void
}

export interface StatusLists {
  /**
   * Whether the sign-in of a verified token, or of a session, still stands. A bit test, as a rule; a list never seen before is fetched.
   *
   * @throws {AuthError} `token_revoked`; `unavailable` when the list is older than it may be.
   */
  assertNotEnded(signIn: Pick<AccessTokenClaims, 'status'>): Promise<void> | undefined
  /** Age in seconds of the list that was renewed longest ago; 0 while none is followed. */
  ageSeconds(): number
  /** How many lists are held. */
  count(): number
  /** How many sign-ins have been ended, as far as these lists say. */
  endedCount(): number
  /** What the lists' bits take in memory. */
  memoryBytes(): number
  close(): void
}

interface Followed {
  id: string
  version: StatusListVersion
  renewedAtMs: number
  askedForAtMs: number
}

/** So many are asked for at once: beyond a few million sign-ins there are more lists than a service should open sockets. */
const RENEWALS_AT_ONCE = 64
/** A list that no token has named for this long is let go. */
const IDLE_MS = 3_600_000

/** Holds the status lists that tokens name in memory and renews each every second. */
export function followStatusLists(options: FollowOptions): StatusLists {
  const { issuer, source, maxAgeSeconds, onDelay, onError } = options
  /** By URI, as tokens name them: a token's list is found without its URI being taken apart. */
  const lists = new Map<string, Followed>()
  const arriving = new Map<string, Promise<void>>()

  async function renew(uri: string, id: string, followed: Followed | undefined): Promise<void> {
    const fetched = await source.fetch(id, followed?.version?.etag)
    const now = Date.now()
    const version = fetched === 'unchanged' ? (followed?.version ?? null) : fetched
    if (followed && fetched !== 'unchanged' && version && version.changedAtMs > (followed.version?.changedAtMs ?? 0)) {
      onDelay?.((now - version.changedAtMs) / 1000)
    }
    // A list that was given up is not followed: however many such lists tokens name, nothing is kept of them.
    if (version === null) lists.delete(uri)
    else lists.set(uri, { id, version, renewedAtMs: now, askedForAtMs: followed?.askedForAtMs ?? now })
  }

  /** One request a list at a time, however many wait for it. */
  function renewOnce(uri: string, id: string): Promise<void> {
    const running = arriving.get(uri) ?? renew(uri, id, lists.get(uri)).finally(() => arriving.delete(uri))
    arriving.set(uri, running)
    return running
  }

  async function renewAll(): Promise<void> {
    const now = Date.now()
    for (const [uri, { askedForAtMs }] of lists) if (now - askedForAtMs > IDLE_MS) lists.delete(uri)
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

  function judge(followed: Followed | undefined, idx: number): void {
    // It was just fetched and is not there: a list that was given up held only sign-ins that are over.
    if (!followed) throw new AuthError('token_revoked', 'the status list has been given up')
    followed.askedForAtMs = Date.now()
    if (followed.askedForAtMs - followed.renewedAtMs > maxAgeSeconds * 1000) throw unavailable('too old')
    if (isEnded(followed.version.bits, idx)) throw new AuthError('token_revoked', 'status list')
  }

  return {
    assertNotEnded: ({
      status: {
        status_list: { idx, uri },
      },
    }) => {
      const followed = lists.get(uri)
      if (followed) {
        judge(followed, idx)
        return undefined
      }
      const id = statusListId(issuer, uri)
      if (id === undefined) throw new AuthError('token_claims_invalid', 'status is not a list of the bank')
      return renewOnce(uri, id).then(
        () => judge(lists.get(uri), idx),
        (error: unknown) => {
          onError?.(error)
          throw unavailable('cannot be fetched')
        },
      )
    },
    ageSeconds: () => {
      const oldest = Math.min(...[...lists.values()].map(({ renewedAtMs }) => renewedAtMs))
      return Number.isFinite(oldest) ? (Date.now() - oldest) / 1000 : 0
    },
    count: () => lists.size,
    endedCount: () => sumOf(lists, ({ version }) => endedIn(version)),
    memoryBytes: () => sumOf(lists, ({ version }) => version.bits.byteLength),
    close: () => clearInterval(timer),
  }
}

const sumOf = (lists: ReadonlyMap<string, Followed>, of: (list: Followed) => number): number =>
  [...lists.values()].reduce((sum, list) => sum + of(list), 0)

/** Counted once a version: somebody who watches asks every few seconds, and most lists never change again. */
const counted = new WeakMap<StatusBits, number>()
function endedIn({ bits }: StatusListVersion): number {
  const count = counted.get(bits) ?? countEnded(bits)
  counted.set(bits, count)
  return count
}

function unavailable(why: string): AuthError {
  const sentence = 'Whether this sign-in still stands cannot be told right now. Try again in a moment.'
  return new AuthError('unavailable', `status list ${why}`, { 'retry-after': '1' }, sentence)
}
