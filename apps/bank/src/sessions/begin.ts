import { randomUUID } from 'node:crypto'
import { deriveRefreshToken, statusReference } from '@signet/auth/issuer'
import type { KeyRing, ServerSessions, StrategyName } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SignInMetrics } from '../sign-in/metrics.js'
import type { SignInCookies } from './cookies.js'
import { endSessions, insertSession, type Person } from './store.js'

export interface SessionOptions {
  readonly counters: SignInMetrics
  readonly db: BankDatabase
  readonly cookies: SignInCookies
  readonly bankUrl: string
  readonly refreshKeys: KeyRing
  readonly sessionTtlSeconds: number
  /** A sign-in that is not used for this long is over. */
  readonly sessionIdleTtlSeconds: number
}

/** @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer. */
export function sessionsOf({ serverSessions }: FastifyInstance, strategy: StrategyName): ServerSessions | undefined {
  const sessions = serverSessions.get(strategy)
  if (strategy !== 'jwt' && !sessions) throw new ServiceError('invalid_request', 'This strategy is not offered here.')
  return sessions
}

/**
 * Begins a sign-in for a person who has just proved who they are, remembered in the way that `strategy` names. The
 * cookies of all other ways go. Returns the token, or null where there is none.
 *
 * @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer.
 */
export async function beginSession(
  options: SessionOptions,
  person: Person,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string>
export async function beginSession(
  options: SessionOptions,
  person: Person,
  request: FastifyRequest,
  reply: FastifyReply,
  strategy: StrategyName | undefined,
): Promise<string | null>
export async function beginSession(
  options: SessionOptions,
  person: Person,
  request: FastifyRequest,
  reply: FastifyReply,
  strategy: StrategyName = 'jwt',
): Promise<string | null> {
  const { db, cookies, bankUrl, refreshKeys, sessionTtlSeconds } = options
  const { serverSessions } = request.server
  const sessions = sessionsOf(request.server, strategy)
  const sid = randomUUID()
  const authTimeSeconds = Math.floor(Date.now() / 1000)
  const expiresBySeconds = authTimeSeconds + sessionTtlSeconds
  const statusNumber = await insertSession(db, {
    id: sid,
    userId: person.id,
    strategy,
    createdAt: new Date(authTimeSeconds * 1000),
    expiresAt: new Date(expiresBySeconds * 1000),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
    address: request.ip,
  })
  const clearOthers = () => {
    for (const other of serverSessions.values()) if (other !== sessions) other.cookie.clear(reply)
  }
  if (sessions) {
    const { id, username, name } = person
    const status = { status_list: statusReference(bankUrl, statusNumber) }
    const seenAtSeconds = authTimeSeconds
    const record = { id, username, name, sid, authTimeSeconds, expiresBySeconds, seenAtSeconds, status }
    await sessions.create(reply, record, sessionTtlSeconds).catch(async (error: unknown) => {
      // Without its session it never began: nobody shall find it among their sign-ins.
      await endSessions(db, [sid])
      throw error
    })
    cookies.clear(reply)
    clearOthers()
    return null
  }
  const { token } = request.server.issueToken({ ...person, sid, authTimeSeconds, expiresBySeconds, statusNumber })
  cookies.set(
    reply,
    { token, refreshToken: deriveRefreshToken(refreshKeys, { sid, generation: 0 }) },
    sessionTtlSeconds,
  )
  clearOthers()
  return token
}
