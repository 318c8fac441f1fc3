import { AuthError } from '../errors.js'
import { REFRESH_GRACE_SECONDS, SUCCESSOR_USED_GRACE_SECONDS } from '../lifetimes.js'
import type { RefreshTokenContent } from './token.js'

/** What the issuer stores of a session, as far as renewal needs it. */
export interface RenewableSession {
  readonly sid: string
  /** The generation of its current refresh token. */
  readonly generation: number
  /** When the current generation was made. */
  readonly rotatedAt: Date
  /** When the generation before it was made. */
  readonly previouslyRotatedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
  /** The time of this reading, by the same clock as the other times: the clocks of two replicas may differ. */
  readonly readAt: Date
}

/** Where sessions are stored. Each call is a single statement, by the store's own clock. */
export interface RenewalStore<Session extends RenewableSession> {
  find(sid: string): Promise<Session | null>
  /**
   * Moves a session from `generation` to the next, in one conditional update that also requires it to be active and used
   * within the last `idleTtlSeconds`. Returns the updated session, or null when the condition did not hold: another request
   * was first.
   */
  advance(sid: string, generation: number, idleTtlSeconds: number): Promise<Session | null>
  end(sid: string): Promise<void>
}

export interface Rotation<Session> {
  readonly session: Session
  /** The generation to hand out. */
  readonly generation: number
  /** Whether another request was first, and this is the same successor again. */
  readonly replayed: boolean
}

/** A superseded refresh token was used again: it was copied, and the session has been revoked. */
export class RefreshReuseError extends AuthError {
  readonly sid: string

  constructor({ sid, generation }: RefreshTokenContent) {
    super('token_revoked', `refresh token of generation ${generation} used again: the session was revoked`)
    this.sid = sid
  }
}

/**
 * Decides what a genuine refresh token gets (RFC 9700 section 4.14.2).
 *
 * The current one is rotated. The one superseded last gets the same successor, in however many requests: a second tab or a
 * lost response is no theft. It does so for a minute after the rotation, and for ten seconds after its successor was used.
 * Later, and with any older token, the session is revoked: two clients hold copies, and one of them is a thief.
 *
 * Does *not* detect a thief who uses each superseded token within a minute of the rotation. Renewing neither outlives
 * `expiresAt` nor says that a password was typed.
 *
 * @throws {AuthError} `token_expired` (unused too long, or over), `token_revoked` (ended; {RefreshReuseError}: ended now).
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
  if (behind < 1) throw new AuthError('token_revoked', 'a generation that was never handed out')
  const supersededAt = behind === 1 ? session.rotatedAt : session.previouslyRotatedAt
  const successorJustUsed = behind === 2 && secondsSince(session.rotatedAt) <= SUCCESSOR_USED_GRACE_SECONDS
  if ((behind === 1 || successorJustUsed) && secondsSince(supersededAt) <= REFRESH_GRACE_SECONDS) {
    return { session, generation: generation + 1, replayed: true }
  }
  await store.end(sid)
  throw new RefreshReuseError({ sid, generation })
}
