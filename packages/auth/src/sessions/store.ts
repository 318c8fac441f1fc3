import type { StrategyName } from '../identity.js'
import type { RenewableSession, RenewalStore } from '../refresh/rotate.js'

/** A user, as tokens name them. */
export interface SessionUser {
  readonly id: string
  readonly username: string
  readonly name: string
}

export interface NewSession {
  /** A random UUID, or the one that the caller gave. */
  readonly id: string
  readonly userId: string
  readonly strategy: StrategyName
  /** When the user logged in. Renewals keep it. */
  readonly authTime: Date
  /** How the user logged in (RFC 8176). */
  readonly amr: string[]
  /** No token of the session lives longer. */
  readonly expiresAt: Date
  /** `User-Agent` and address of the login, for the user's list of sessions. */
  readonly userAgent: string
  readonly address: string
}

/** A session with the claims of its tokens. */
export interface StoredSession extends RenewableSession {
  readonly user: SessionUser
  readonly authTime: Date
  readonly amr: readonly string[]
  /** The session's number in the status lists. */
  readonly statusNumber: bigint
}

export interface ListedSession extends Pick<NewSession, 'id' | 'userAgent' | 'address' | 'expiresAt'> {
  readonly strategy: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
}

/**
 * Further work in the transaction that inserts a session. What it throws undoes the session. The store passes its own kind of
 * transaction.
 */
export type SessionWork = (transaction: never, session: NewSession) => Promise<unknown>

/**
 * Where the issuer keeps sessions. Each call is atomic: one statement or one transaction, with the store's clock. A session that
 * has ended stays until its last token has expired, so that its status list shows it.
 *
 * A store that withholds a user's sessions from `find` and `advance` takes the user's access away at the next renewal.
 */
export interface SessionStore extends Pick<RenewalStore<StoredSession>, 'find' | 'advance'> {
  /**
   * Inserts a session of generation 0, which rotates at `now` for the first time. Returns its number in the status lists, which no
   * other session ever had; null when the id exists already.
   */
  create(session: NewSession, now: Date, work?: SessionWork): Promise<bigint | null>
  /**
   * Ends these sessions, or those of them that belong to `userId`. Ending one again changes nothing. Returns the numbers of all of
   * them that have ended, now or before.
   */
  end(ids: readonly string[], userId?: string): Promise<readonly bigint[]>
  /**
   * Ends all sessions of the user and inserts another one, as `create` does, on the condition that `ownId` is active. Of concurrent
   * calls with one `ownId` one succeeds. Returns null, and changes nothing, when the condition fails.
   */
  replaceAll(
    ownId: string,
    session: NewSession,
    now: Date,
    work?: SessionWork,
  ): Promise<{ statusNumber: bigint; ended: readonly bigint[] } | null>
  /** Lists the active sessions of a user, the last used one first. */
  list(userId: string, idleTtlSeconds: number): Promise<readonly ListedSession[]>
}
