import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AuthError } from '../errors.js'
import type { StrategyName } from '../identity.js'
import type { TokenSubject } from '../plugins/issuing.js'
import { deriveRefreshToken } from '../refresh/token.js'
import { type SessionCall, secondsOf, signedIn } from './context.js'
import type { NewSession, SessionUser, SessionWork } from './store.js'

export interface CreationOptions {
  /** Default `jwt`. Another one must be among the `sessions` of `authentication`. */
  readonly strategy?: StrategyName | undefined
  /** Id of the session, a UUID. A login that is repeated with it within a minute gets the same session. Default: a random one. */
  readonly id?: string | undefined
  /** How the user has just authenticated (RFC 8176). Default: with a password. */
  readonly amr?: readonly string[]
  /** Checks or consumes the credential in the transaction that inserts the session. */
  readonly claim?: SessionWork | undefined
}

/** A session that the browser does not have yet. */
interface Created {
  readonly session: NewSession
  readonly statusNumber: bigint
}

/** See `UserSessions.create`. */
export async function createSession(call: SessionCall, user: SessionUser, options: CreationOptions) {
  const { strategy = 'jwt', id, amr = ['pwd'], claim } = options
  const authTimeSeconds = secondsOf(call.now)
  const session = {
    ...newSession(call.request, strategy),
    userId: user.id,
    authTime: new Date(authTimeSeconds * 1000),
    amr: [...amr],
    expiresAt: new Date((authTimeSeconds + call.sessionTtlSeconds) * 1000),
  }
  const repeated = id === undefined ? undefined : await createOnce(call, { ...session, id }, claim)
  const created = repeated ?? (await createOnce(call, session, claim))
  if (!created) throw new TypeError('the store has a session with a random id')
  const token = await handOut(call, user, created)
  const authentication = { authTimeSeconds: secondsOf(created.session.authTime), amr }
  call.recent.set(call.reply, created.session.id, authentication, secondsOf(call.now))
  return token
}

const SENT_TWICE_MS = 60_000

/**
 * Creates a session, or returns the one that a repeated login created before. Returns undefined when that one has ended or is
 * already in use: it is then revoked, and the user needs a new one.
 */
async function createOnce(
  { store, revoke }: SessionCall,
  session: NewSession,
  claim: SessionWork | undefined,
): Promise<Created | undefined> {
  const { id, userId, authTime } = session
  const created = await store.create(session, authTime, claim)
  if (created !== null) return { session, statusNumber: created }
  const first = await store.find(id)
  if (first?.endedAt === null && first.generation === 0) {
    const { statusNumber, expiresAt } = first
    const isRecent = authTime.getTime() - first.authTime.getTime() < SENT_TWICE_MS
    if (isRecent) return { session: { ...session, authTime: first.authTime, expiresAt }, statusNumber }
  }
  await revoke([id], userId)
  return undefined
}

/** See `UserSessions.replaceAll`. */
export async function replaceSessions(call: SessionCall, work: SessionWork | undefined) {
  const { request, reply, now, store, recent, markRevoked } = call
  const { id: userId, sid, strategy } = signedIn(request)
  const own = await store.find(sid)
  if (!own) throw new AuthError('token_revoked', 'no such session')
  const { user, authTime, amr, expiresAt } = own
  if (user.id !== userId) throw new AuthError('token_claims_invalid', 'the session of another user')
  const session = { ...newSession(request, strategy), userId, authTime, amr: [...amr], expiresAt }
  const replaced = await store.replaceAll(sid, session, now, work)
  if (!replaced) throw new AuthError('token_revoked', 'the session ended meanwhile')
  markRevoked(replaced.ended)
  const proved = recent.presented(request, sid, now)
  if (proved) recent.set(reply, session.id, proved, secondsOf(now))
  return handOut(call, user, { session, statusNumber: replaced.statusNumber })
}

const newSession = (request: FastifyRequest, strategy: StrategyName) => ({
  id: randomUUID() as string,
  strategy,
  ...deviceOfRequest(request),
})

const MAX_USER_AGENT_LENGTH = 200

/** Returns the User-Agent and the address of a request, which identify a device to the user. */
export const deviceOfRequest = ({ headers, ip }: FastifyRequest): { userAgent: string; address: string } => ({
  userAgent: (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_LENGTH),
  address: ip,
})

/** Stores a new session with its strategy and sets its cookies. Returns the token, or null for a strategy without one. */
async function handOut(call: SessionCall, user: SessionUser, { session, statusNumber }: Created) {
  const { request, reply, now, cookies, refreshKeys, revoke } = call
  const { id: sid, strategy, amr } = session
  const times = { authTimeSeconds: secondsOf(session.authTime), expiresBySeconds: secondsOf(session.expiresAt) }
  const subject = { ...user, sid, statusNumber, amr, ...times }
  const isKept = await keep(call, strategy, subject).catch(async (error: unknown) => {
    // The user never receives this session, so it must not be in their list.
    await revoke([sid])
    throw error
  })
  let token: string | null = null
  if (isKept) cookies.clear(reply)
  else {
    token = request.server.issueToken(subject).token
    const refreshToken = deriveRefreshToken(refreshKeys, { sid, generation: 0 })
    cookies.set(reply, { token, refreshToken }, times.expiresBySeconds - secondsOf(now))
    cookies.notifySignedIn(reply)
  }
  for (const other of request.server.serverSessions.values()) {
    if (other.strategy !== strategy) other.cookie.clear(reply)
  }
  return token
}

/** Stores the record of a server-side session and sets its cookie. Returns false for `jwt`, which stores nothing. */
async function keep({ request: { server }, reply, now }: SessionCall, strategy: StrategyName, subject: TokenSubject) {
  if (strategy === 'jwt') return false
  const sessions = server.serverSessions.get(strategy)
  if (!sessions) throw new TypeError(`${strategy} is not among the sessions of this service`)
  const sign = (sessionId: string) => server.issueSessionRecord(subject, sessionId)
  await sessions.create(reply, sign, subject.expiresBySeconds - secondsOf(now))
  return true
}

/** The result of a re-authentication. */
export interface Reauthenticated {
  /** Null for a strategy without tokens. */
  readonly token: string | null
  /** NumericDate. */
  readonly authTimeSeconds: number
  readonly amr: readonly string[]
}

/** See `UserSessions.reauthenticated`. */
export async function reauthenticateSession(call: SessionCall, amr: readonly string[]): Promise<Reauthenticated> {
  const { request, reply, store, recent, cookies } = call
  const { sid, strategy } = signedIn(request)
  const session = await store.find(sid)
  if (!session || session.endedAt || session.expiresAt <= session.readAt) {
    throw new AuthError('token_revoked', 'the session ended meanwhile')
  }
  const { user, statusNumber } = session
  const authTimeSeconds = secondsOf(call.now)
  const expiresBySeconds = secondsOf(session.expiresAt)
  const subject = { ...user, sid, statusNumber, authTimeSeconds, amr, expiresBySeconds }
  recent.set(reply, sid, { authTimeSeconds, amr }, authTimeSeconds)
  if (await keep(call, strategy, subject)) return { token: null, authTimeSeconds, amr }
  const { token } = request.server.issueToken(subject)
  cookies.token.set(reply, token, expiresBySeconds - authTimeSeconds)
  return { token, authTimeSeconds, amr }
}
