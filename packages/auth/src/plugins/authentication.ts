import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { systemClock } from '../clock.js'
import { type CookieDefinition, type CookieReading, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { type Identity, identityOf, type TokenIdentity } from '../identity.js'
import type { KeySource } from '../keys/ring.js'
import type { StatusLists } from '../revocation/follow.js'
import { checkSessionRecord } from '../strategies/record.js'
import { type ServerSessionOptions, type ServerSessions, serverSessions } from '../strategies/server-session.js'
import {
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  type AccessTokenRules,
  checkAccessToken,
  REQUIRED_ACCESS_TOKEN_CLAIMS,
} from '../tokens/access-token.js'
import { byOneOf, readToken, tryEach } from '../tokens/presented-token.js'
import { createVerifiedTokenCache } from '../tokens/verified-token-cache.js'
import { createVerifier } from '../tokens/verify-token.js'
import { noteDuration } from './server-timing.js'
import { decorateSessionRevoked } from './session-revoked.js'

/**
 * What a route requires:
 * `required` (the default, so that a route without the option is closed): an authenticated user, or 401;
 * `optional`: without one, `request.identity` is null and `request.authError` is the reason;
 * `allow-expired`: as `optional`, but accepts an expired token, so that a sign-out knows which session to revoke;
 * `none`: no authentication.
 */
export type AuthRequirement = 'required' | 'optional' | 'allow-expired' | 'none'

export interface AuthenticationOptions extends AccessTokenRules {
  readonly keys: KeySource
  /** This service's public origin, which `aud` must contain. */
  readonly audience: string
  /** The cookie that carries the token. */
  readonly tokenCookie: CookieDefinition
  /** Session strategies with server-side sessions. A token takes precedence over a session. */
  readonly sessions?: readonly ServerSessionOptions[]
  /** Checked on every request. Without it, a token is valid until it expires. */
  readonly statusLists?: Pick<StatusLists, 'assertNotRevoked' | 'onRevoked'>
  /**
   * Renews the session of a form that was posted with an expired token, because a redirect would lose the typed values. Rejects
   * with an {@link AuthError} if the session cannot be renewed.
   */
  readonly renewInPlace?: (request: FastifyRequest, reply: FastifyReply) => Promise<AccessTokenClaims>
}

interface VerifyOptions {
  /** Default `at+jwt`. */
  readonly typ?: string
  readonly allowExpired?: boolean
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns the number of cached tokens. */
    cachedTokenCount(): number
    /**
     * Returns the session of an access token, to revoke it. Verifies the token, but accepts an expired one and a revoked session.
     * Rejects with an {@link AuthError}.
     */
    sessionOfToken(token: string): Promise<Pick<AccessTokenClaims, 'sid' | 'status'>>
  }
  interface FastifyContextConfig {
    auth?: AuthRequirement
    /** A page: accepts only cookies, and redirects to the sign-in page instead of a JSON error. */
    page?: boolean
    /** Form fields without secrets, whose values are kept when the session has expired. */
    keepFields?: readonly string[]
  }
  interface FastifyRequest {
    identity: Identity | null
    authError: AuthError | null
    /** Authentication time in ms, as in `Server-Timing`. Undefined without authentication. */
    authDurationMs: number | undefined
    /** What authentication had to fetch: a new status list, or a renewed session for a form. Usually null. */
    authFetched: 'status list' | 'renewal' | null
    /** The access token that authenticated the request, as sent, for forwarding. Never log it. */
    accessToken: string | null
    /**
     * Verifies a token of the given `typ` like an access token, and returns its claims. Does *not* authenticate the request.
     * Rejects with an {@link AuthError}.
     */
    verifyToken(token: string, options: { readonly typ: string }): Promise<AccessTokenClaims>
  }
}

/**
 * Authenticates requests with the JWT in the shared cookie or the `Authorization` header, or with a server-side session. One hook
 * for every route. A route sets its requirement in `config.auth`.
 *
 * Reading order: `tokens/presented-token.ts` finds the token, `tokens/verify-token.ts` verifies it, `tokens/access-token.ts`
 * checks its claims.
 *
 * Does *not* check that the user still exists.
 */
export const authentication = fastifyPlugin<AuthenticationOptions>(
  async (app, options) => {
    const { keys, issuer, audience, tokenCookie, statusLists, renewInPlace } = options
    const cache = createVerifiedTokenCache(keys)
    const verify = createVerifier({
      keys,
      issuer,
      audience,
      requiredClaims: REQUIRED_ACCESS_TOKEN_CLAIMS,
    })
    const sessions: ServerSessions[] = []
    const readRecord = async (record: string, key: string) =>
      checkSessionRecord(await verify(record), options, key, systemClock())
    for (const session of options.sessions ?? []) sessions.push(await serverSessions(app, session, readRecord))

    /** Authenticates a request with its token, or else with its first session cookie. */
    async function authenticate(
      request: FastifyRequest,
      reply: FastifyReply,
      allowExpired: boolean,
    ): Promise<Identity> {
      const { page = false } = request.routeOptions.config
      const presented = readToken(request.headers, tokenCookie.name, page ? 'cookie' : 'header-or-cookie')
      const session = presented.count === 0 ? sessions.find((known) => known.presentedBy(request)) : undefined
      if (session) {
        const ids = readCookie(request.headers.cookie, session.cookie.name)
        const bySessionId = (id: string) => bySession(request, session, id, allowExpired)
        const { value: id, identity } = await byOneOf(request, reply, session.cookie, ids, bySessionId)
        request.keptSession = { sessions: session, id }
        return identity
      }
      if (presented.count === 0) throw new AuthError('token_missing')
      try {
        const byItself = (token: string) => byToken(request, token, { allowExpired })
        const { value, identity } = await byOneOf(request, reply, tokenCookie, presented, byItself)
        request.accessToken = value
        return identity
      } catch (error) {
        if (!page || request.method !== 'POST' || allowExpired) throw error
        return renewForForm(request, reply, presented, error)
      }
    }

    /** Authenticates with a token, from the cache or verified now. Checks the session's status in both cases. */
    async function byToken(
      request: FastifyRequest,
      token: string,
      options: VerifyOptions = {},
    ): Promise<TokenIdentity> {
      const { typ = ACCESS_TOKEN_TYP } = options
      const cached = typ === ACCESS_TOKEN_TYP ? cache.find(token, systemClock()) : undefined
      const identity = cached ?? (await verifyNow(token, options))
      await assertNotRevoked(request, identity.claims)
      return identity
    }

    async function verifyNow(token: string, { typ, allowExpired = false }: VerifyOptions): Promise<TokenIdentity> {
      const verified = await verify(token)
      const claims = checkAccessToken(verified, options, systemClock(), typ)
      if (verified.expired && !allowExpired) throw new AuthError('token_expired', `expired at ${claims.exp}`)
      const identity = identityOf('jwt', claims)
      if (!verified.expired && verified.header.typ === ACCESS_TOKEN_TYP) cache.add(token, verified.key, identity)
      return identity
    }

    async function bySession(
      request: FastifyRequest,
      known: ServerSessions,
      id: string,
      allowExpired: boolean,
    ): Promise<Identity> {
      const record = await known.find(request, id)
      await assertNotRevoked(request, record)
      const expired = systemClock() >= record.exp
      if (expired && !allowExpired) throw new AuthError('token_expired', 'the session')
      return identityOf(known.strategy, record)
    }

    /** Accepts a form that was posted with an expired token, if its session can be renewed here. */
    async function renewForForm(
      request: FastifyRequest,
      reply: FastifyReply,
      presented: CookieReading,
      error: unknown,
    ): Promise<TokenIdentity> {
      if (!renewInPlace || !(error instanceof AuthError) || error.reason !== 'token_expired') throw error
      const { accepted, refusals } = await tryEach(presented, (token) =>
        byToken(request, token, { allowExpired: true }),
      )
      if (accepted.length === 0) throw refusals[0]
      const renewed = await renewInPlace(request, reply)
      // A form belongs to the user who saw it, so the renewed session must be the same.
      if (!accepted.some(({ identity: { sid } }) => sid === renewed.sid)) throw error
      request.authFetched = 'renewal'
      return identityOf('jwt', renewed)
    }

    /** Checks the session's status. Synchronous, unless its status list must be fetched first. */
    function assertNotRevoked(
      request: FastifyRequest,
      session: Pick<AccessTokenClaims, 'status'>,
    ): Promise<void> | void {
      const fetching = statusLists?.assertNotRevoked(session)
      if (fetching) request.authFetched = 'status list'
      return fetching
    }

    app.decorate('serverSessions', new Map(sessions.map((session) => [session.strategy, session])))
    app.decorate('cachedTokenCount', () => cache.count())
    app.decorate('sessionOfToken', async (token) => (await verifyNow(token, { allowExpired: true })).claims)
    app.decorateRequest('identity', null)
    app.decorateRequest('authError', null)
    app.decorateRequest('authDurationMs', undefined)
    app.decorateRequest('sessionLookup', null)
    app.decorateRequest('authFetched', null)
    app.decorateRequest('accessToken', null)
    decorateSessionRevoked(app, statusLists)
    app.decorateRequest('verifyToken', async function verifyToken(this: FastifyRequest, token: string, { typ }) {
      return (await byToken(this, token, { typ })).claims
    })

    app.addHook('onRequest', async (request, reply) => {
      const requirement = request.is404 ? 'optional' : (request.routeOptions.config.auth ?? 'required')
      if (requirement === 'none') return
      const startedAt = performance.now()
      try {
        request.identity = await authenticate(request, reply, requirement === 'allow-expired')
      } catch (error) {
        if (!(error instanceof AuthError)) throw error
        request.authError = error
        if (isRefused(request, requirement, error)) throw error
      } finally {
        noteDuration(request, reply, startedAt)
      }
    })
    // Parses a form with an expired session before refusing it, so that the refusal can keep its fields.
    app.addHook('preHandler', function refuseExpiredForm(request: FastifyRequest, _reply, done) {
      if (request.authError && keepsForm(request, request.authError)) done(request.authError)
      else done()
    })
  },
  { name: '@signet/authentication', fastify: '5.x' },
)

function isRefused(request: FastifyRequest, requirement: AuthRequirement, error: AuthError): boolean {
  if (requirement === 'required') return !keepsForm(request, error)
  // A sign-out that cannot find its session must not look successful.
  return requirement === 'allow-expired' && error.code === 'unavailable'
}

const keepsForm = ({ routeOptions: { config } }: FastifyRequest, { reason }: AuthError): boolean =>
  reason === 'token_expired' && config.keepFields !== undefined && (config.auth ?? 'required') === 'required'
