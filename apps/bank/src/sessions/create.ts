import { randomUUID } from 'node:crypto'
import { deriveRefreshToken } from '@signet/auth/issuer'
import { AuthError, type ServerSessions, type StrategyName } from '@signet/auth/verifier'
import { isUniqueViolation } from '@signet/database'
import { ServiceError, signedIn } from '@signet/service'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { deviceOfRequest } from '../device-name.js'
import { idOfForm } from '../form-key.js'
import type { SessionOptions } from './options.js'
import { revokeSessions } from './revoke.js'
import { findSession, insertSession, type NewSession, type Person, replaceSessions, type WithSession } from './store.js'

/** Checks a strategy. @throws {ServiceError} `invalid_request` when this bank does not offer it. */
export function sessionsOf({ serverSessions }: FastifyInstance, strategy: StrategyName): ServerSessions | undefined {
  const sessions = serverSessions.get(strategy)
  if (strategy !== 'jwt' && !sessions)
    throw new ServiceError('invalid_request', 'This bank does not offer this strategy. Choose another one.')
  return sessions
}

export interface CreationOptions {
  readonly strategy?: StrategyName | undefined
  /** Key of the form. A form that is repeated within a minute creates one session. */
  readonly formKey?: string | undefined
  /** How the user has just authenticated (RFC 8176). Default: with a password. */
  readonly amr?: readonly string[]
  /** Checks or consumes the credential in the transaction that inserts the session, and throws when it is no longer valid. */
  readonly claim?: WithSession | undefined
}

/**
 * Creates a session for a user who has just authenticated, with the given strategy. Clears the cookies of all other
 * strategies. Returns the token, or null for a strategy without one.
 *
 * @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer.
 */
export async function createSession(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  person: Person,
  { strategy = 'jwt', formKey, amr = ['pwd'], claim }: CreationOptions = {},
): Promise<string | null> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const authTime = new Date(nowSeconds * 1000)
  const expiresAt = new Date((nowSeconds + options.sessionTtlSeconds) * 1000)
  const session = { ...newSession(request, strategy), userId: person.id, authTime, amr: [...amr], expiresAt }
  if (formKey !== undefined) {
    const id = idOfForm(formKey, person.id, strategy)
    const created = await createOnce(options, { session: { ...session, id }, person, claim })
    if (created) return handOutNew(options, request, reply, { ...created, nowSeconds })
  }
  const statusNumber = await insertClaimed(options, session, claim)
  return handOutNew(options, request, reply, { session, person, statusNumber, nowSeconds })
}

/** Inserts a session, and claims its credential in the same transaction. */
const insertClaimed = ({ db }: SessionOptions, session: NewSession, claim: WithSession | undefined): Promise<bigint> =>
  claim
    ? db.$transaction(async (transaction) => {
        const statusNumber = await insertSession(transaction, session, session.authTime)
        await claim(transaction, session)
        return statusNumber
      })
    : insertSession(db, session, session.authTime)

const SENT_TWICE_MS = 60_000

/**
 * Creates the session of a form, or returns the one that this form created before. Returns undefined when that one has
 * ended or is already in use: it is then revoked, and the user needs a new one.
 */
async function createOnce(
  options: SessionOptions,
  { session, person, claim }: { session: NewSession; person: Person; claim: WithSession | undefined },
): Promise<CreatedSession | undefined> {
  const { id } = session
  try {
    return { session, person, statusNumber: await insertClaimed(options, session, claim) }
  } catch (error) {
    if (!isUniqueViolation(error, 'id')) throw error
  }
  const first = await findSession(options.db, id)
  if (first && first.endedAt === null && first.generation === 0) {
    const { authTime, expiresAt, statusNumber } = first
    if (session.authTime.getTime() - authTime.getTime() < SENT_TWICE_MS) {
      return { session: { ...session, authTime, expiresAt }, person, statusNumber }
    }
  }
  await revokeSessions(options, { ids: [id], userId: person.id })
  return undefined
}

/**
 * Revokes all sessions of a user, including copies of the request's cookies, and creates a new session for this request. It
 * keeps the time of the original login, the expiry, and the proof of a recent authentication if there is one. Returns as `createSession` does.
 *
 * @param change further work in the same transaction. What it throws undoes everything.
 * @throws {AuthError} `token_revoked` when the request's session has ended since.
 */
export async function signOutElsewhere(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  change?: WithSession,
): Promise<string | null> {
  const { sid, strategy } = signedIn(request)
  const own = await findSession(options.db, sid)
  if (!own) throw new AuthError('token_revoked', 'no such session')
  const { person, authTime, amr, expiresAt } = own
  const session = { ...newSession(request, strategy), userId: person.id, authTime, amr, expiresAt }
  const now = new Date()
  const { statusNumber, ended } = await replaceSessions(options.db, { ownId: sid, session, now, change })
  options.markRevoked(ended)
  const nowSeconds = Math.floor(now.getTime() / 1000)
  const proved = options.recent.presented(request, sid, now)
  if (proved) options.recent.set(reply, session.id, proved, nowSeconds)
  return handOut(options, request, reply, { session, person, statusNumber, nowSeconds })
}

const newSession = (request: FastifyRequest, strategy: StrategyName) => ({
  id: randomUUID(),
  strategy,
  ...deviceOfRequest(request),
})

interface CreatedSession {
  readonly session: NewSession
  readonly person: Person
  readonly statusNumber: bigint
}

/** Also sets the proof that the user has just authenticated. */
async function handOutNew(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  created: CreatedSession & { nowSeconds: number },
): Promise<string | null> {
  const token = await handOut(options, request, reply, created)
  const { id, authTime, amr } = created.session
  options.recent.set(reply, id, { authTimeSeconds: Math.floor(authTime.getTime() / 1000), amr }, created.nowSeconds)
  return token
}

/** Stores a new session with its strategy and sets its cookies. */
async function handOut(
  options: SessionOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    session: { id: sid, strategy, ...session },
    person,
    statusNumber,
    nowSeconds,
  }: CreatedSession & { nowSeconds: number },
): Promise<string | null> {
  const { cookies, refreshKeys } = options
  const { serverSessions } = request.server
  const sessions = sessionsOf(request.server, strategy)
  const authTimeSeconds = Math.floor(session.authTime.getTime() / 1000)
  const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
  const remainingSeconds = expiresBySeconds - nowSeconds
  const subject = { ...person, sid, authTimeSeconds, amr: session.amr, expiresBySeconds, statusNumber }
  let token: string | null = null
  if (sessions) {
    const sign = (sessionId: string) => request.server.issueSessionRecord(subject, sessionId)
    await sessions.create(reply, sign, remainingSeconds).catch(async (error: unknown) => {
      // The user never receives this session, so it must not be in their list.
      await revokeSessions(options, { ids: [sid] })
      throw error
    })
    cookies.clear(reply)
  } else {
    token = request.server.issueToken(subject).token
    const refreshToken = deriveRefreshToken(refreshKeys, { sid, generation: 0 })
    cookies.set(reply, { token, refreshToken }, remainingSeconds)
    cookies.notifySignedIn(reply)
  }
  for (const other of serverSessions.values()) if (other !== sessions) other.cookie.clear(reply)
  return token
}
