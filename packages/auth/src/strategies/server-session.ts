import { randomBytes } from 'node:crypto'
import { fastifyCookie } from '@fastify/cookie'
import fastifySession, { type FastifySessionObject, type SessionStore } from '@fastify/session'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince, systemClock } from '../clock.js'
import { type CookieDefinition, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { type SessionRecord, storeKey } from './record.js'

export interface ServerSessionOptions {
  /** `session`: in this process's memory. `shared-session`: in a store that all processes share. */
  readonly strategy: 'session' | 'shared-session'
  readonly cookie: CookieDefinition
  /** Any store for express-session. It must expire sessions that are not written for `idleTtlSeconds`. */
  readonly store: SessionStore
  readonly idleTtlSeconds: number
  /** Called when a session is used, at most once per minute. */
  readonly onSeen?: (sid: string) => void
}

/** Server-side sessions. The browser has only the session id. */
export interface ServerSessions {
  readonly strategy: 'session' | 'shared-session'
  readonly cookie: CookieDefinition
  /** The store expires a session that is unused for this long. */
  readonly idleTtlSeconds: number
  /** Returns whether a request has this strategy's cookie. */
  presentedBy(request: FastifyRequest): boolean
  /**
   * Finds the session of an id that the request presents.
   *
   * Does *not* check expiry or revocation.
   *
   * @throws {AuthError} `token_missing` for an unknown id; `token_malformed`, `token_signature_invalid` or `token_claims_invalid` for
   *   a record that the issuer did not sign for this id; `unavailable`
   */
  find(request: FastifyRequest, id: string): Promise<SessionRecord>
  /**
   * Stores a record under a new session id and sets its cookie. Does *not* change the record of an earlier id.
   *
   * @param sign signs the record for that id: `app.issueSessionRecord`
   * @throws {AuthError} `unavailable`
   */
  create(reply: FastifyReply, sign: (sessionId: string) => string, maxAgeSeconds: number): Promise<void>
  /** Returns the record of a session id, or undefined for an unknown id. Throws as `find` does. */
  findById(id: string): Promise<SessionRecord | undefined>
}

declare module 'fastify' {
  interface Session {
    /** Signed by the issuer. */
    record?: string
    /** Time of the last write, NumericDate. A used session is written occasionally, not on every request. */
    seenAtSeconds?: number
  }
  interface FastifyInstance {
    /** This service's server-side sessions by strategy. */
    serverSessions: ReadonlyMap<string, ServerSessions>
  }
  interface FastifyRequest {
    /** The session lookup of the request and its duration. Null without one. */
    sessionLookup: { readonly strategy: 'session' | 'shared-session'; readonly durationMs: number } | null
  }
}

/** 256 random bits. They cannot be guessed, so the id needs no signature. The record is signed. */
const SESSION_ID = /^[A-Za-z0-9_-]{43}$/
const plainIds = {
  sign: (sessionId: string) => sessionId,
  unsign: (text: string) => ({ valid: SESSION_ID.test(text), renew: false, value: text }),
}
const MAX_TOUCH_SECONDS = 60

/** Verifies a record that a store returned for a key. Rejects with an {@link AuthError}. */
type ReadRecord = (record: string, key: string) => Promise<SessionRecord>

/** Wraps a store so that its keys are hashes of session ids. */
const withHashedKeys = (store: SessionStore): SessionStore => ({
  get: (id, callback) => store.get(storeKey(id), callback),
  set: (id, session, callback) => store.set(storeKey(id), session, callback),
  destroy: (id, callback) => store.destroy(storeKey(id), callback),
})

/**
 * Registers `@fastify/session` in its own context: its hooks would otherwise run for every request, also with a token. Reads the
 * store only when a request has the cookie.
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

  /** Returns the session of this id, or a new one with another id if it is unknown. */
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
  const sentence = 'This service does not know the session of this request.'
  return new AuthError('token_missing', 'unknown session id', {}, sentence, 'session_unknown')
}

function unavailable(cause: unknown): AuthError {
  const sentence = 'We cannot look up your session right now. Try again in a moment.'
  const detail = `session store: ${cause instanceof Error ? cause.message : 'no response'}`
  return new AuthError('unavailable', detail, { 'retry-after': '1' }, sentence)
}
