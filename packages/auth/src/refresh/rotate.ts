import { AuthError } from '../errors.js'
import { REFRESH_GRACE_SECONDS } from '../lifetimes.js'
import type { RefreshTokenContent } from './token.js'

/** What the issuer stores of a session, as far as renewal needs it. */
export interface RenewableSession {
  readonly sid: string
  /** The generation of its current refresh token. */
  readonly generation: number
  /** When the current generation was made. */
  readonly rotatedAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
  readonly endedAt: Date | null
}

/** Where sessions are stored. Each call is a single statement. */
export interface RenewalStore<Session extends RenewableSession> {
  find(sid: string): Promise<Session | null>
  /**
   * Moves a session from `generation` to the next, in one conditional update that also requires it to be active.
   * Returns the updated session, or null when the condition did not hold: another request was first.
   */
  advance(sid: string, generation: number, now: Date, seenAfter: Date): Promise<Session | null>
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
 * The current one is rotated. The one just superseded gets the same successor, in however many requests, until that
 * successor is used and ten seconds after: a second tab or a lost response is no theft. An older one was copied, and the
 * session is revoked.
 *
 * Renewing neither outlives `expiresAt` nor says that a password was typed.
 *
 * @throws {AuthError} `token_expired` (unused too long, or over), `token_revoked` (ended; {RefreshReuseError}: ended now).
 */
export async function rotate<Session extends RenewableSession>(
  store: RenewalStore<Session>,
  { sid, generation }: RefreshTokenContent,
  { now, idleTtlSeconds }: { now: Date; idleTtlSeconds: number },
): Promise<Rotation<Session>> {
  const seenAfter = new Date(now.getTime() - idleTtlSeconds * 1000)
  const advanced = await store.advance(sid, generation, now, seenAfter)
  if (advanced) return { session: advanced, generation: advanced.generation, replayed: false }

  const session = await store.find(sid)
  if (!session) throw new AuthError('token_revoked', 'no such session')
  if (session.endedAt) throw new AuthError('token_revoked', 'the session was revoked')
  if (session.expiresAt <= now || session.lastSeenAt <= seenAfter) throw new AuthError('token_expired', 'the session')

  const behind = session.generation - generation
  const sinceRotationMs = now.getTime() - session.rotatedAt.getTime()
  const successorJustUsed = behind === 2 && sinceRotationMs <= REFRESH_GRACE_SECONDS * 1000
  if (behind === 1 || successorJustUsed) return { session, generation: generation + 1, replayed: true }
  if (behind > 1) {
    await store.end(sid)
    throw new RefreshReuseError({ sid, generation })
  }
  throw new AuthError('token_revoked', 'a generation that was never handed out')
}
