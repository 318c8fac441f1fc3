import { randomBytes } from 'node:crypto'
import { fastifyCookie } from '@fastify/cookie'
import fastifySession, { type FastifySessionObject, type SessionStore } from '@fastify/session'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince, systemClock } from '../clock.js'
import { type CookieDefinition, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { type SessionRecord, storeKey } from './record.js'

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
  /** The store forgets a session that is not used for so long. */
  readonly idleTtlSeconds: number
  /** Whether a request carries this strategy's cookie. */
  presentedBy(request: FastifyRequest): boolean
  /**
   * Finds the session of this id, one that the request presents.
   *
   * Does *not* check expiry, or whether the session was revoked.
   *
   * @throws {AuthError} `token_missing` for an id that the store does not know, `token_malformed`, `token_signature_invalid` or
   *   `token_claims_invalid` for a record that the issuer did not sign for this id, `unavailable`.
   */
  find(request: FastifyRequest, id: string): Promise<SessionRecord>
  /**
   * Keeps a record under a new session id and sets its cookie. What is kept under an earlier id stays as it is.
   *
   * @param sign signs the record for that id: `app.issueSessionRecord`.
   * @throws {AuthError} `unavailable`
   */
  create(reply: FastifyReply, sign: (sessionId: string) => string, maxAgeSeconds: number): Promise<void>
  /** Returns the record of a session id; undefined where the store does not know the id. Throws as `find` does. */
  findById(id: string): Promise<SessionRecord | undefined>
}

declare module 'fastify' {
  interface Session {
    /** Signed by the issuer. */
    record?: string
    /** When it was last written, NumericDate. A session in use is written now and then, not on every request. */
    seenAtSeconds?: number
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

/** 256 random bits. None can be guessed, so signing the id gains nothing. What is kept under it is signed. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/
const plainIds = {
  sign: (sessionId: string) => sessionId,
  unsign: (text: string) => ({ valid: SESSION_ID.test(text), renew: false, value: text }),
}
const MAX_TOUCH_SECONDS = 60

/** Verifies a record that a store returned for a key. Rejects with an {AuthError}. */
type ReadRecord = (record: string, key: string) => Promise<SessionRecord>

/** A store in which the keys are no session ids. */
const withHashedKeys = (store: SessionStore): SessionStore => ({
  get: (id, callback) => store.get(storeKey(id), callback),
  set: (id, session, callback) => store.set(storeKey(id), session, callback),
  destroy: (id, callback) => store.destroy(storeKey(id), callback),
})

/**
 * Registers `@fastify/session` in a context of its own: its hooks would otherwise run for every request, also those with a
 * token. The store is read only when a request carries the cookie.
 */
export async function serverSessions(
  app: FastifyInstance,
  options: ServerSessionOptions,
  readRecord: ReadRecord,
): Promise<ServerSessions> {
  const { strategy, cookie, store, idleTtlSeconds, onSeen } = options
  const touchSeconds = Math.min(MAX_TOUCH_SECONDS, Math.floor(idleTtlSeconds / 4))
  let sessions: FastifyInstance | undefined
  await app.register(async (scope) => {
    if (!scope.hasPlugin('@fastify/cookie')) await scope.register(fastifyCookie)
    await scope.register(fastifySession, {
      secret: plainIds,
      idGenerator: () => randomBytes(32).toString('base64url'),
      store: withHashedKeys(store),
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
  const write = (session: FastifySessionObject) => {
    session.set('seenAtSeconds', systemClock())
    return session.save().catch((error: unknown) => Promise.reject(unavailable(error)))
  }

  async function known(id: string) {
    const session = await open(id)
    const record = session.get('record')
    if (session.sessionId !== id || typeof record !== 'string') return undefined
    return { session, record: await readRecord(record, storeKey(id)) }
  }

  return {
    strategy,
    cookie,
    idleTtlSeconds,
    presentedBy: ({ headers }) => readCookie(headers.cookie, cookie.name).count > 0,
    find: async (request, id) => {
      const startedAt = performance.now()
      const found = await known(id).finally(() => {
        request.sessionLookup = { strategy, durationMs: millisecondsSince(startedAt) }
      })
      if (!found) throw unknown()
      const { session, record } = found
      const unseenSeconds = systemClock() - Number(session.get('seenAtSeconds'))
      if (unseenSeconds >= 0 && unseenSeconds < touchSeconds) return record
      await write(session)
      onSeen?.(record.sid)
      return record
    },
    create: async (reply, sign, maxAgeSeconds) => {
      const session = await open('')
      session.set('record', sign(session.sessionId))
      await write(session)
      cookie.set(reply, session.encryptedSessionId, maxAgeSeconds)
    },
    findById: async (id) => (await known(id))?.record,
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
