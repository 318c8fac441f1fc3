import { randomUUID } from 'node:crypto'
import type { CookieDefinition } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { insertSession } from './store.js'

export interface SessionOptions {
  readonly db: BankDatabase
  readonly tokenCookie: CookieDefinition
  readonly sessionTtlSeconds: number
}

/**
 * Begins a sign-in for a person who has just proved who they are: a session with a new id, a token that names it, and
 * the cookie, which lives as long as the sign-in may. Returns the token.
 */
export async function beginSession(
  { db, tokenCookie, sessionTtlSeconds }: SessionOptions,
  person: { id: string; username: string; name: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const sid = randomUUID()
  const { token, claims } = request.server.issueToken({ ...person, sid })
  await insertSession(db, {
    id: sid,
    userId: person.id,
    strategy: 'jwt',
    createdAt: new Date(claims.iat * 1000),
    expiresAt: new Date((claims.iat + sessionTtlSeconds) * 1000),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    address: request.ip,
  })
  tokenCookie.set(reply, token, sessionTtlSeconds)
  return token
}
