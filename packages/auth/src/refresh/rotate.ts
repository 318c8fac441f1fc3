import { AuthError } from '../errors.js'
import { REFRESH_GRACE_SECONDS, SUCCESSOR_USED_GRACE_SECONDS } from '../lifetimes.js'
import type { RefreshTokenContent } from './token.js'

/** The stored session, as far as renewal needs it. */
export interface RenewableSession {
  readonly sid: string
  /** Generation of the current refresh token. */
  readonly generation: number
  /** Time of the rotation to the current generation. */
  readonly rotatedAt: Date
  /** Time of the rotation to the previous generation. */
  readonly previouslyRotatedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
  /** Time of this read, by the store's clock as all other times: clocks of replicas may differ. */
  readonly readAt: Date
}

/** The store of sessions. Each call is a single statement with the store's clock. */
export interface RenewalStore<Session extends RenewableSession> {
  find(sid: string): Promise<Session | null>
  /**
   * Advances a session from `generation` to the next with one conditional update. The update also requires that the session is
   * active and was used within `idleTtlSeconds`. Returns the updated session, or null when the condition failed because another
   * request was first.
   */
  advance(sid: string, generation: number, idleTtlSeconds: number): Promise<Session | null>
  end(sid: string): Promise<void>
}

export interface Rotation<Session> {
  readonly session: Session
  /** Generation of the refresh token to send. */
  readonly generation: number
  /** Whether another request was first and got the same successor. */
  readonly replayed: boolean
}

/** Error for the reuse of a superseded refresh token: it was copied, and the session has been revoked. */
export class RefreshReuseError extends AuthError {
  readonly sid: string

  constructor({ sid, generation }: RefreshTokenContent) {
    super('token_revoked', `refresh token of generation ${generation} used again: the session was revoked`)
    this.sid = sid
  }
}

/**
 * Rotates a genuine refresh token (RFC 9700, section 4.14.2).
 *
 * The current token is rotated. The token superseded last gets the same successor, however often it is sent, because a second tab
 * or a lost response is no theft: for 60 s after the rotation, and for 10 s after its successor was used. Later, and with any older
 * token, the session is revoked: two clients have copies, and one is an attacker.
 *
 * Does *not* detect an attacker who uses each superseded token within 60 s of the rotation. Does *not* extend `expiresAt` or change
 * the time of the password entry.
 *
 * @throws {AuthError} `token_expired` (idle or absolute expiry), `token_revoked`; {@link RefreshReuseError} when this call revoked it
 */
export async function rotate<Session extends RenewableSession>(
  store: RenewalStore<Session>,
  { sid, generation }: RefreshTokenContent,
  { idleTtlSeconds }: { idleTtlSeconds: number },
): Promise<Rotation<Session>> {
  const advanced = await store.advance(sid, generation, idleTtlSeconds)
  if (advanced) return { session: advanced, generation: advanced.generation, replayed: false }

  const session = await store.find(sid)
  if (!session) throw new AuthError('token_revoked', 'no such session')
  if (session.endedAt) throw new AuthError('token_revoked', 'the session was revoked')
  const secondsSince = (time: Date) => (session.readAt.getTime() - time.getTime()) / 1000
  if (secondsSince(session.expiresAt) >= 0 || secondsSince(session.lastSeenAt) >= idleTtlSeconds) {
    throw new AuthError('token_expired', 'the session')
  }

  const behind = session.generation - generation
  if (behind < 1) throw new AuthError('token_revoked', 'a generation that was never issued')
  const supersededAt = behind === 1 ? session.rotatedAt : session.previouslyRotatedAt
  const successorJustUsed = behind === 2 && secondsSince(session.rotatedAt) <= SUCCESSOR_USED_GRACE_SECONDS
  if ((behind === 1 || successorJustUsed) && secondsSince(supersededAt) <= REFRESH_GRACE_SECONDS) {
    return { session, generation: generation + 1, replayed: true }
  }
  await store.end(sid)
  throw new RefreshReuseError({ sid, generation })
}
