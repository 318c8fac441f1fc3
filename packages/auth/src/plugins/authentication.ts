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
 * `required` (the default, so that a forgotten option locks a route instead of opening it): an authenticated user, or 401;
 * `optional`: `request.identity` is null without one, and `request.authError` says why;
 * `allow-expired`: as `optional`, but expiry is forgiven, so that a sign-out knows which session to revoke;
 * `none`: nothing is verified.
 */
export type AuthRequirement = 'required' | 'optional' | 'allow-expired' | 'none'

export interface AuthenticationOptions extends AccessTokenRules {
  readonly keys: KeySource
  /** The public origin of this service, which `aud` must name. */
  readonly audience: string
  /** The cookie that carries the token. */
  readonly tokenCookie: CookieDefinition
  /** Sessions that this server keeps. Where a request also carries a token, the token wins. */
  readonly sessions?: readonly ServerSessionOptions[]
  /** Checked on every request. Left out, a token is valid until it expires. */
  readonly statusLists?: Pick<StatusLists, 'assertNotRevoked' | 'onRevoked'>
  /**
   * Renews the session of a form that was posted with an expired token, where this service can: a redirect would lose
   * what was typed. Rejects with an {AuthError} when there is nothing to renew.
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
    /** How many verified tokens are in the cache. */
    cachedTokenCount(): number
    /**
     * Returns the session that an access token is of, for revoking it. Verifies the token, but accepts one that has
     * expired or whose session is revoked already. Rejects with an {AuthError}.
     */
    sessionOfToken(token: string): Promise<Pick<AccessTokenClaims, 'sid' | 'status'>>
  }
  interface FastifyContextConfig {
    auth?: AuthRequirement
    /** A page: takes the cookies alone, and a refusal leads to the sign-in page instead of a JSON response. */
    page?: boolean
    /** Names of a form's fields that are no secret: their values are kept when the session has expired. */
    keepFields?: readonly string[]
  }
  interface FastifyRequest {
    identity: Identity | null
    authError: AuthError | null
    /** Authentication time in ms, also in `Server-Timing`; undefined where nothing is verified. */
    authDurationMs: number | undefined
    /** What authentication had to fetch: a status list seen first, or a renewed session for a form. Null as a rule. */
    authFetched: 'status list' | 'renewal' | null
    /** The access token by which the request is authenticated, as sent. For passing on; never log it. */
    accessToken: string | null
    /**
     * Verifies a token of the given `typ` as a presented access token is verified, and returns its claims. The request stays
     * unauthenticated. Rejects with an {AuthError}.
     */
    verifyToken(token: string, options: { readonly typ: string }): Promise<AccessTokenClaims>
  }
}

/**
 * Authenticates requests: by the JWT in the shared cookie or the `Authorization` header, or by a session that this server
 * keeps. One hook for every route; a route says what it requires by `config.auth`.
 *
 * Where to read on: `tokens/presented-token.ts` finds the token, `tokens/verify-token.ts` verifies it, `tokens/access-token.ts`
 * checks its claims.
 *
 * Does *not* check that the user still exists.
 */
export const authentication = fastifyPlugin<AuthenticationOptions>(
  async (app, options) => {
    const { keys, issuer, audience, tokenCookie, statusLists, renewInPlace } = options
    const cache = createVerifiedTokenCache(keys)
    const verify = await createVerifier(app, 'accessToken', {
      keys,
      issuer,
      audience,
      requiredClaims: REQUIRED_ACCESS_TOKEN_CLAIMS,
    })
    const sessions: ServerSessions[] = []
    const readRecord = async (record: string, key: string) =>
      checkSessionRecord(await verify(record), options, key, systemClock())
    for (const session of options.sessions ?? []) sessions.push(await serverSessions(app, session, readRecord))

    /** Authenticates a request by the first kind of credential that it presents. */
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

    /** Authenticates by a token: from the cache, or verified now. Its session's status is checked either way. */
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

    /** A form that was posted with an expired token is accepted if its session can be renewed here. */
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
      // A form belongs to the user who saw it: the renewal of another session does not count.
      if (!accepted.some(({ identity: { sid } }) => sid === renewed.sid)) throw error
      request.authFetched = 'renewal'
      return identityOf('jwt', renewed)
    }

    /** Synchronous, unless the session's status list has to be fetched first. */
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
    // A form whose session has expired is parsed before it is refused, so that the refusal can keep its fields.
    app.addHook('preHandler', async function refuseExpiredForm(request: FastifyRequest) {
      if (request.authError && keepsForm(request, request.authError)) throw request.authError
    })
  },
  { name: '@signet/authentication', fastify: '5.x' },
)

function isRefused(request: FastifyRequest, requirement: AuthRequirement, error: AuthError): boolean {
  if (requirement === 'required') return !keepsForm(request, error)
  // A sign-out that cannot tell which session to revoke must not look like one that did.
  return requirement === 'allow-expired' && error.code === 'unavailable'
}

const keepsForm = ({ routeOptions: { config } }: FastifyRequest, { reason }: AuthError): boolean =>
  reason === 'token_expired' && config.keepFields !== undefined && (config.auth ?? 'required') === 'required'
