import { randomUUID } from 'node:crypto'
import { deriveRefreshToken } from '@signet/auth/issuer'
import type { KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SignInCookies } from './cookies.js'
import { insertSession, type Person } from './store.js'

export interface SessionOptions {
  readonly db: BankDatabase
  readonly cookies: SignInCookies
  readonly refreshKeys: KeyRing
  readonly sessionTtlSeconds: number
  /** A sign-in that is not renewed for this long is over. */
  readonly sessionIdleTtlSeconds: number
}

/**
 * Begins a sign-in for a person who has just proved who they are: a session with a new id, a token that names it, the
 * first refresh token, and both cookies, which live as long as the sign-in may. Returns the token.
 */
export async function beginSession(
  { db, cookies, refreshKeys, sessionTtlSeconds }: SessionOptions,
  person: Person,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const sid = randomUUID()
  const authTimeSeconds = Math.floor(Date.now() / 1000)
  const expiresBySeconds = authTimeSeconds + sessionTtlSeconds
  const statusNumber = await insertSession(db, {
    id: sid,
    userId: person.id,
    strategy: 'jwt',
    createdAt: new Date(authTimeSeconds * 1000),
    expiresAt: new Date(expiresBySeconds * 1000),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    address: request.ip,
  })
  const { token } = request.server.issueToken({ ...person, sid, authTimeSeconds, expiresBySeconds, statusNumber })
  cookies.set(
    reply,
    { token, refreshToken: deriveRefreshToken(refreshKeys, { sid, generation: 0 }) },
    sessionTtlSeconds,
  )
  return token
}
