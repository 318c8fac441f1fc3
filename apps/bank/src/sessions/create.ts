import { randomUUID } from 'node:crypto'
import { deriveRefreshToken, statusReference } from '@signet/auth/issuer'
import { AuthError, type ServerSessions, type StrategyName } from '@signet/auth/verifier'
import { ServiceError, signedIn } from '@signet/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'
import { revokeSessions } from './revoke.js'
import { findSession, insertSession, type NewSession, type Person, replaceSessions } from './store.js'

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
  const nowSeconds = Math.floor(Date.now() / 1000)
  const authTime = new Date(nowSeconds * 1000)
  const expiresAt = new Date((nowSeconds + options.sessionTtlSeconds) * 1000)
  const session = { ...newSession(request, strategy), userId: person.id, authTime, expiresAt }
  const statusNumber = await insertSession(options.db, session, authTime)
  return handOut(options, request, reply, { session, person, statusNumber })
}

/**
 * Signs a user out everywhere, also where the request's own cookies were copied to, and gives this request a new session:
 * with the time of the original login, and no longer than the old one. Returns as `createSession` does.
 *
 * @throws {AuthError} `token_revoked` when the request's session ended meanwhile.
 */
export async function signOutElsewhere(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | null> {
  const { sid, strategy } = signedIn(request)
  const own = await findSession(options.db, sid)
  if (!own) throw new AuthError('token_revoked', 'no such session')
  const { person, authTime, expiresAt } = own
  const session = { ...newSession(request, strategy), userId: person.id, authTime, expiresAt }
  const { statusNumber, ended } = await replaceSessions(options.db, sid, session, new Date())
  options.markRevoked(ended)
  return handOut(options, request, reply, { session, person, statusNumber })
}

const newSession = (request: FastifyRequest, strategy: StrategyName) => ({
  id: randomUUID(),
  strategy,
  userAgent: (request.headers['user-agent'] ?? '').slice(0, 200),
  address: request.ip,
})

interface CreatedSession {
  readonly session: NewSession
  readonly person: Person
  readonly statusNumber: bigint
}

/** Puts a new session where its strategy keeps it, and sets its cookies. */
async function handOut(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { session: { id: sid, strategy, ...session }, person, statusNumber }: CreatedSession,
): Promise<string | null> {
  const { cookies, bankUrl, refreshKeys } = options
  const { serverSessions } = request.server
  const sessions = sessionsOf(request.server, strategy)
  const authTimeSeconds = Math.floor(session.authTime.getTime() / 1000)
  const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
  const remainingSeconds = expiresBySeconds - Math.floor(Date.now() / 1000)
  let token: string | null = null
  if (sessions) {
    const { id, username, name } = person
    const status = { status_list: statusReference(bankUrl, statusNumber) }
    const seenAtSeconds = Math.floor(Date.now() / 1000)
    const record = { id, username, name, sid, authTimeSeconds, expiresBySeconds, seenAtSeconds, status }
    await sessions.create(reply, record, remainingSeconds).catch(async (error: unknown) => {
      // The user never gets it: it must not be among their sessions.
      await revokeSessions(options, { ids: [sid] })
      throw error
    })
    cookies.clear(reply)
  } else {
    token = request.server.issueToken({ ...person, sid, authTimeSeconds, expiresBySeconds, statusNumber }).token
    cookies.set(
      reply,
      { token, refreshToken: deriveRefreshToken(refreshKeys, { sid, generation: 0 }) },
      remainingSeconds,
    )
  }
  for (const other of serverSessions.values()) if (other !== sessions) other.cookie.clear(reply)
  return token
}
