import { randomBytes } from 'node:crypto'
import { fastifyCookie } from '@fastify/cookie'
import fastifySession, { type FastifySessionObject, type SessionStore } from '@fastify/session'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Clock, millisecondsSince, systemClock } from '../clock.js'
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
  /** Told of a sign-in that is in use, at most once a minute. */
  readonly onSeen?: (sid: string) => void
  readonly clock?: Clock
}

/** Sign-ins that a server remembers; the browser holds nothing but the session's id. */
export interface ServerSessions {
  readonly strategy: 'session' | 'shared-session'
  readonly cookie: CookieDefinition
  /** Whether a request carries this strategy's cookie. */
  presentedBy(request: FastifyRequest): boolean
  /** @throws {AuthError} `token_malformed`, `token_missing` for an id that the store does not know, `unavailable`. */
  find(request: FastifyRequest): Promise<SessionRecord>
  /** Begins a session under a new id and sets its cookie. */
  create(reply: FastifyReply, record: SessionRecord, maxAgeSeconds: number): Promise<void>
  /** Writes a changed record under the same id. */
  replace(request: FastifyRequest, record: SessionRecord): Promise<void>
  /** Forgets the session of a request, if it has one. */
  destroy(request: FastifyRequest): Promise<void>
}

declare module 'fastify' {
  interface Session {
    record?: SessionRecord
  }
  interface FastifyInstance {
    /** By strategy, those that this service knows. */
    serverSessions: ReadonlyMap<string, ServerSessions>
  }
  interface FastifyRequest {
    /** Which sessions were asked about the request, and how long they took to answer; null where none were. */
    sessionLookup: { readonly strategy: 'session' | 'shared-session'; readonly durationMs: number } | null
  }
}

/** 256 random bits. Nobody guesses one, so nothing is gained by signing it, and no secret has to be shared for it. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/
const spelling = {
  sign: (sessionId: string) => sessionId,
  unsign: (text: string) => ({ valid: SESSION_ID.test(text), renew: false, value: text }),
}
const MAX_TOUCH_SECONDS = 60

/**
 * A strategy on `@fastify/session`, in a context of its own: its hooks would otherwise run for every request, those of
 * people with a token too. What is in the store is looked up when a request carries the cookie, and only then.
 */
export async function serverSessions(app: FastifyInstance, options: ServerSessionOptions): Promise<ServerSessions> {
  const { strategy, cookie, store, idleTtlSeconds, onSeen, clock = systemClock } = options
  const touchSeconds = Math.min(MAX_TOUCH_SECONDS, Math.floor(idleTtlSeconds / 4))
  let sessions: FastifyInstance | undefined
  await app.register(async (scope) => {
    if (!scope.hasPlugin('@fastify/cookie')) await scope.register(fastifyCookie)
    await scope.register(fastifySession, {
      secret: spelling,
      idGenerator: () => randomBytes(32).toString('base64url'),
      store,
      saveUninitialized: false,
      rolling: false,
      cookie: { secure: cookie.secure },
    })
    sessions = scope
  })

  /** The session of this id, or a new one under another id where there is none. */
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

  async function presented(request: FastifyRequest) {
    const { count, value } = readCookie(request.headers.cookie, cookie.name)
    if (count > 1) throw new AuthError('token_malformed', `${count} cookies of the name`)
    const startedAt = performance.now()
    const session = await open(value).finally(() => {
      request.sessionLookup = { strategy, durationMs: millisecondsSince(startedAt) }
    })
    const record = session.get('record')
    if (session.sessionId !== value || !isSessionRecord(record)) throw unknown()
    return { session, record }
  }

  return {
    strategy,
    cookie,
    presentedBy: ({ headers }) => readCookie(headers.cookie, cookie.name).count > 0,
    find: async (request) => {
      const { session, record } = await presented(request)
      const now = clock()
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
    replace: async (request, record) => write((await presented(request)).session, record),
    destroy: async (request) => {
      const { session } = await presented(request)
      await session.destroy().catch((error: unknown) => Promise.reject(unavailable(error)))
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
