import { randomUUID } from 'node:crypto'
import { deriveRefreshToken, statusReference } from '@signet/auth/issuer'
import type { ServerSessions, StrategyName } from '@signet/auth/verifier'
import { ServiceError } from '@signet/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'
import { endSessions, insertSession, type Person } from './store.js'

/** @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer. */
export function sessionsOf({ serverSessions }: FastifyInstance, strategy: StrategyName): ServerSessions | undefined {
  const sessions = serverSessions.get(strategy)
  if (strategy !== 'jwt' && !sessions) throw new ServiceError('invalid_request', 'This strategy is not offered here.')
  return sessions
}

/**
 * Creates a session for a user who has just proved who they are, kept in the way that `strategy` names. The cookies of
 * all other strategies are cleared. Returns the token, or null where the strategy has none.
 *
 * @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer.
 */
export async function createSession(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  person: Person,
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
