import { randomBytes } from 'node:crypto'
import { fastifyCookie } from '@fastify/cookie'
import fastifySession, { type FastifySessionObject, type SessionStore } from '@fastify/session'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince, systemClock } from '../clock.js'
import { type CookieDefinition, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { isSessionRecord, type SessionRecord } from './record.js'

export interface ServerSessionOptions {
  /** `session`: in this process's memory. `shared-session`: in a store that all servers share. */
  readonly strategy: 'session' | 'shared-session'
  readonly cookie: CookieDefinition
  /** Any store made for express-session. It forgets what was not written for `idleTtlSeconds`. */
  readonly store: SessionStore
  readonly idleTtlSeconds: number
  /** Called for a session in use, at most once a minute. */
  readonly onSeen?: (sid: string) => void
}

/** Sessions that the server keeps; the browser holds nothing but the session's id. */
export interface ServerSessions {
  readonly strategy: 'session' | 'shared-session'
  readonly cookie: CookieDefinition
  /** Whether a request carries this strategy's cookie. */
  presentedBy(request: FastifyRequest): boolean
  /**
   * Finds the session of this id, one that the request presents.
   *
   * @throws {AuthError} `token_missing` for an id that the store does not know, `unavailable`.
   */
  find(request: FastifyRequest, id: string): Promise<SessionRecord>
  /** Keeps a record under a new id and sets its cookie. What is kept under an earlier id stays as it is. */
  create(reply: FastifyReply, record: SessionRecord, maxAgeSeconds: number): Promise<void>
  /**
   * Returns the record of a session id, also one that has expired; undefined where the store does not know the id.
   *
   * @throws {AuthError} `unavailable`
   */
  findById(id: string): Promise<SessionRecord | undefined>
  /**
   * Makes a session expire now. Its record stays until the store forgets it, so that a repeated sign-out still finds which
   * session it is about.
   *
   * @throws {AuthError} `unavailable`
   */
  expire(id: string): Promise<void>
}

declare module 'fastify' {
  interface Session {
    record?: SessionRecord
  }
  interface FastifyInstance {
    /** By strategy, those that this service keeps. */
    serverSessions: ReadonlyMap<string, ServerSessions>
  }
  interface FastifyRequest {
    /** The session lookup of the request, and how long it took; null where there was none. */
    sessionLookup: { readonly strategy: 'session' | 'shared-session'; readonly durationMs: number } | null
  }
}

/** 256 random bits. None can be guessed, so signing it gains nothing, and no secret has to be shared for it. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/
const plainIds = {
  sign: (sessionId: string) => sessionId,
  unsign: (text: string) => ({ valid: SESSION_ID.test(text), renew: false, value: text }),
}
const MAX_TOUCH_SECONDS = 60

/**
 * Registers `@fastify/session` in a context of its own: its hooks would otherwise run for every request, also those with a
 * token. The store is read only when a request carries the cookie.
 */
export async function serverSessions(app: FastifyInstance, options: ServerSessionOptions): Promise<ServerSessions> {
  const { strategy, cookie, store, idleTtlSeconds, onSeen } = options
  const touchSeconds = Math.min(MAX_TOUCH_SECONDS, Math.floor(idleTtlSeconds / 4))
  let sessions: FastifyInstance | undefined
  await app.register(async (scope) => {
    if (!scope.hasPlugin('@fastify/cookie')) await scope.register(fastifyCookie)
    await scope.register(fastifySession, {
      secret: plainIds,
      idGenerator: () => randomBytes(32).toString('base64url'),
      store,
      saveUninitialized: false,
      rolling: false,
      cookie: { secure: cookie.secure },
    })
    sessions = scope
  })

  /** Returns the session of this id, or a new one under another id where there is none. */
  const open = (id: string): Promise<FastifySessionObject> =>
    new Promise((resolve, reject) => {
      const holder: { session?: FastifySessionObject } = {}
      sessions?.decryptSession(id, holder, (error?: unknown) => {
        if (error || !holder.session) reject(unavailable(error))
        else resolve(holder.session)
      })
    })
  const write = (session: FastifySessionObject, record: SessionRecord) => {
    session.set('record', record)
    return session.save().catch((error: unknown) => Promise.reject(unavailable(error)))
  }

  async function known(id: string) {
    const session = await open(id)
    const record = session.get('record')
    return session.sessionId === id && isSessionRecord(record) ? { session, record } : undefined
  }

  return {
    strategy,
    cookie,
    presentedBy: ({ headers }) => readCookie(headers.cookie, cookie.name).count > 0,
    find: async (request, id) => {
      const startedAt = performance.now()
      const found = await known(id).finally(() => {
        request.sessionLookup = { strategy, durationMs: millisecondsSince(startedAt) }
      })
      if (!found) throw unknown()
      const { session, record } = found
      const now = systemClock()
      if (now - record.seenAtSeconds < touchSeconds) return record
      const seen = { ...record, seenAtSeconds: now }
      await write(session, seen)
      onSeen?.(record.sid)
      return seen
    },
    create: async (reply, record, maxAgeSeconds) => {
      const session = await open('')
      await write(session, record)
      cookie.set(reply, session.encryptedSessionId, maxAgeSeconds)
    },
    findById: async (id) => (await known(id))?.record,
    expire: async (id) => {
      const found = await known(id)
      if (found) await write(found.session, { ...found.record, expiresBySeconds: 0 })
    },
  }
}

function unknown(): AuthError {
  const sentence = 'This service does not know the session that this request names.'
  return new AuthError('token_missing', 'unknown session id', {}, sentence, 'session_unknown')
}

function unavailable(cause: unknown): AuthError {
  const sentence = 'The sessions cannot be looked up right now. Try again in a moment.'
  const detail = `session store: ${cause instanceof Error ? cause.message : 'no answer'}`
  return new AuthError('unavailable', detail, { 'retry-after': '1' }, sentence)
}
