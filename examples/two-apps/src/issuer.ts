import { randomUUID } from 'node:crypto'
import * as auth from '@signet/auth/issuer'
import { AuthError, authentication, defineCookie, parseSecrets, readCookie } from '@signet/auth/verifier'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { CLIENT_ID, TOKEN_TTL_SECONDS, tokenCookie } from './shared.js'

interface Session extends auth.RenewableSession {
  readonly user: { readonly id: string; readonly username: string; readonly name: string }
  /** Number of its bit in the status list. */
  readonly statusNumber: bigint
}

const SESSION_TTL_SECONDS = 43_200
const IDLE_TTL_SECONDS = 3_600
const refreshCookie = defineCookie('refresh', { prefix: 'example', domain: undefined, secure: false })

/** Creates the issuer: it signs users in, renews and revokes sessions, and publishes the status list. Keeps all data in memory. */
export async function createIssuer(issuer: string, audiences: string[], secret: string, refreshSecret: string) {
  const passwords = await auth.createPasswords({ concurrency: 1, queueLength: 16 })
  const hash = await passwords.hash('analytical-engine')
  const users = new Map([['ada', { id: '1', username: 'ada', name: 'Ada', hash }]])

  const sessions = new Map<string, Session>()
  const update = (session: Session): Session => sessions.set(session.sid, session) && session
  const store: auth.RenewalStore<Session> = {
    find: async (sid) => {
      const session = sessions.get(sid)
      return session ? { ...session, readAt: new Date() } : null
    },
    advance: async (sid, generation, idleTtlSeconds) => {
      const session = sessions.get(sid)
      const now = new Date()
      if (session?.generation !== generation || session.endedAt || session.expiresAt <= now) return null
      if (session.lastSeenAt.getTime() <= now.getTime() - idleTtlSeconds * 1_000) return null
      const times = { previouslyRotatedAt: session.rotatedAt, rotatedAt: now, lastSeenAt: now, readAt: now }
      return update({ ...session, ...times, generation: generation + 1 })
    },
    end: async (sid) => {
      const session = sessions.get(sid)
      if (session && !session.endedAt) update({ ...session, endedAt: new Date() })
    },
  }

  const app: FastifyInstance = Fastify()
  const keys = parseSecrets(secret)
  const refreshKeys = parseSecrets(refreshSecret)
  const common = { keys, issuer, clientId: CLIENT_ID, accessTokenTtlSeconds: TOKEN_TTL_SECONDS }
  await app.register(authentication, { ...common, audience: issuer, tokenCookie })
  await app.register(auth.issuing, { ...common, audiences })
  app.addHook('onClose', () => passwords.close())

  function setCookies(reply: FastifyReply, { sid, user, statusNumber, expiresAt }: Session, generation: number): void {
    const expiresBySeconds = Math.floor(expiresAt.getTime() / 1_000)
    const authTimeSeconds = expiresBySeconds - SESSION_TTL_SECONDS
    const { token } = app.issueToken({ ...user, sid, statusNumber, authTimeSeconds, expiresBySeconds })
    tokenCookie.set(reply, token, SESSION_TTL_SECONDS)
    refreshCookie.set(reply, auth.deriveRefreshToken(refreshKeys, { sid, generation }), SESSION_TTL_SECONDS)
  }

  app.post<{ Body: Record<string, string> }>('/login', { config: { auth: 'none' } }, async ({ body }, reply) => {
    const user = users.get(body.username ?? '')
    const { valid } = await passwords.verify(user?.hash ?? null, body.password ?? '')
    if (!user || !valid) throw new AuthError('invalid_credentials')
    const now = new Date()
    const times = { rotatedAt: now, previouslyRotatedAt: now, lastSeenAt: now, readAt: now }
    const expiresAt = new Date(now.getTime() + SESSION_TTL_SECONDS * 1_000)
    const numbers = { generation: 0, statusNumber: BigInt(sessions.size) }
    setCookies(reply, update({ sid: randomUUID(), user, ...numbers, ...times, expiresAt, endedAt: null }), 0)
    return { hello: user.name }
  })

  app.post('/renew', { config: { auth: 'none' } }, async (request, reply) => {
    const sent = auth.readRefreshToken(refreshKeys, readCookie(request.headers.cookie, refreshCookie.name).value)
    const renewal = await auth.rotate(store, sent, { idleTtlSeconds: IDLE_TTL_SECONDS })
    setCookies(reply, renewal.session, renewal.generation)
    return { renewed: true }
  })

  app.post('/sign-out', { config: { auth: 'allow-expired' } }, async ({ identity }, reply) => {
    if (identity) await store.end(identity.sid)
    tokenCookie.clear(reply)
    refreshCookie.clear(reply)
    return { signedOut: true }
  })

  app.get('/status-lists/0', { config: { auth: 'none' } }, async (_request, reply) => {
    const revoked = [...sessions.values()].filter(({ endedAt }) => endedAt)
    const changedAtMs = Math.max(0, ...revoked.map(({ endedAt }) => Number(endedAt)))
    const bits = auth.statusBits(revoked.map(({ statusNumber }) => Number(statusNumber)))
    const etag = `"${revoked.length}"`
    reply.type(auth.STATUS_LIST_MEDIA_TYPE).header('etag', etag)
    return app.signStatusList('0', { bits, etag, changedAtMs })
  })
  return app
}
