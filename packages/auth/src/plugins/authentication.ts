import fastifyJwt from '@fastify/jwt'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import { type CookieDefinition, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { type Identity, identityFromClaims, identityFromRecord, type TokenIdentity } from '../identity.js'
import type { StatusLists } from '../revocation/follow.js'
import { type ServerSessionOptions, type ServerSessions, serverSessions } from '../strategies/server-session.js'
import { type TokenVerification, verifyToken } from '../strategies/token.js'
import { ACCESS_TOKEN_TYP, type AccessTokenClaims, assertNotExpired } from '../tokens/claims.js'
import { carriesToken, presentedToken, type TokenSource, tokenAtOnce } from '../tokens/present.js'
import { rememberTokens } from '../tokens/remember.js'

/**
 * What a route asks of its visitor:
 * `required` (the default, so that a forgotten option locks a route instead of opening it): a valid sign-in, or 401;
 * `optional`: `request.identity` is null without one, and `request.authError` says why;
 * `ending`: as `optional`, but one that has expired counts: it still says whose sign-in to end;
 * `none`: nothing is looked at.
 */
export type AuthRequirement = 'required' | 'optional' | 'ending' | 'none'

export interface AuthenticationOptions extends TokenVerification {
  /** The cookie that carries the token. */
  readonly tokenCookie: CookieDefinition
  /** Other ways in which people are remembered here. Where a request also carries a token, the token counts. */
  readonly sessions?: readonly Omit<ServerSessionOptions, 'clock'>[]
  readonly clock?: Clock
  /** Asked for every sign-in, after its signature and its claims, unless the route ends sign-ins. */
  readonly statusLists?: Pick<StatusLists, 'assertNotEnded'>
  /**
   * Renews the sign-in of a form that was posted with an expired token, where this service can: a redirect would lose
   * what was typed. Rejects with an {AuthError} when there is nothing to renew.
   */
  readonly renewInPlace?: (request: FastifyRequest, reply: FastifyReply) => Promise<AccessTokenClaims>
}

declare module 'fastify' {
  interface FastifyInstance {
    /** How many verified tokens are remembered now. */
    rememberedTokens(): number
  }
  interface FastifyContextConfig {
    auth?: AuthRequirement
    /** A page: takes the cookies alone, and a refusal leads to the sign-in instead of a JSON answer. */
    page?: boolean
    /** Names of a form's fields that are no secret: what was typed there is not lost when the sign-in has run out. */
    keepFields?: readonly string[]
  }
  interface FastifyRequest {
    identity: Identity | null
    authError: AuthError | null
    /** How long recognising the person took; undefined where nothing is looked at. */
    authDurationMs: number | undefined
    /**
     * What had to be asked beside a store of sessions: a status list that nobody had named before, or the bank's own
     * database, for a form whose sign-in was renewed on arrival. Null as a rule.
     */
    askedBeyondMemory: 'status list' | 'renewal' | null
    /**
     * Puts a token to the very checks that a presented one passes, as another kind (`typ`), and signs nobody in by it:
     * for looking on. Rejects with an {AuthError}.
     */
    examineToken(token: string, typ: string): Promise<AccessTokenClaims>
  }
}

/**
 * Recognises people: by the JWT in the shared cookie or the `Authorization` header, asking nobody, or by the id of a
 * session that a store is asked about. One hook that every route goes through; a route says what it wants by
 * `config.auth`.
 *
 * A token's signature, `alg` and `typ` are checked by `@fastify/jwt`; its spelling (`tokens/spelling.ts`), the choice of
 * the key and the claims (`tokens/claims.ts`) here, because libraries are lenient there. It registers `@fastify/jwt`
 * without a private key, so a service that has only this plugin has no function that signs.
 *
 * Whether the sign-in was ended since is checked where `statusLists` are given; without them it is good until it
 * expires.
 *
 * Does *not* check that the person still exists.
 */
export const authentication = fastifyPlugin<AuthenticationOptions>(
  async (app, options) => {
    const { tokenCookie, statusLists, renewInPlace, clock = systemClock } = options
    const remembered = rememberTokens(options.keys)

    await app.register(fastifyJwt, {
      secret: { public: async (request: FastifyRequest) => request.tokenUnderCheck?.key.verificationKey ?? '' },
      decoratorName: 'verifiedPayload',
      verify: {
        algorithms: ['HS256', 'EdDSA'],
        checkTyp: ACCESS_TOKEN_TYP,
        // Time and claims are judged after the signature, by `checkClaims` and `clock`: stricter than the library, with
        // an answer of its own for each, and a sign-out can forgive an expired token.
        ignoreExpiration: true,
        extractToken: (request: FastifyRequest) => request.tokenUnderCheck?.token,
      },
    })
    const sessions: ServerSessions[] = []
    for (const session of options.sessions ?? []) sessions.push(await serverSessions(app, { ...session, clock }))
    app.decorate('serverSessions', new Map(sessions.map((session) => [session.strategy, session])))

    async function assertStands(request: FastifyRequest, signIn: Pick<AccessTokenClaims, 'status'>): Promise<void> {
      const arriving = statusLists?.assertNotEnded(signIn)
      if (!arriving) return
      request.askedBeyondMemory = 'status list'
      await arriving
    }

    async function byToken(
      request: FastifyRequest,
      token: string,
      ending: boolean,
      typ?: string,
    ): Promise<TokenIdentity> {
      const { claims, key } = await verifyToken(request, token, options, clock(), typ)
      const identity = identityFromClaims(claims)
      if (!ending) {
        assertNotExpired(claims, clock())
        await assertStands(request, claims)
        if (typ === undefined) remembered.add(token, key, identity)
      }
      return identity
    }

    /**
     * Whom a request is of, when its token was verified before and its sign-in still stands: without waiting for anything.
     * Undefined in all other cases; `recognise` then says why.
     */
    function recogniseAtOnce({ headers, routeOptions }: FastifyRequest): TokenIdentity | undefined {
      const source: TokenSource = routeOptions.config.page ? 'cookie' : 'header-or-cookie'
      const token = tokenAtOnce(headers, tokenCookie.name, source)
      const identity = token === undefined ? undefined : remembered.find(token, clock())
      if (token === undefined || identity === undefined) return undefined
      try {
        const arriving = statusLists?.assertNotEnded(identity.claims)
        if (arriving === undefined) return identity
        arriving.catch(() => {})
      } catch {
        remembered.forget(token)
      }
      return undefined
    }

    async function bySession(request: FastifyRequest, known: ServerSessions, ending: boolean): Promise<Identity> {
      const record = await known.find(request)
      if (!ending) {
        if (clock() >= record.expiresBySeconds) throw new AuthError('token_expired', 'the session')
        await assertStands(request, record)
      }
      return identityFromRecord(known.strategy, record)
    }

    async function recognise(request: FastifyRequest, reply: FastifyReply, ending: boolean): Promise<Identity> {
      const { page } = request.routeOptions.config
      const source: TokenSource = page ? 'cookie' : 'header-or-cookie'
      if (!carriesToken(request.headers, tokenCookie.name, source)) {
        const session = sessions.find((candidate) => candidate.presentedBy(request))
        if (session) {
          clearIfTwice(request, reply, session.cookie)
          return bySession(request, session, ending)
        }
      }
      clearIfTwice(request, reply, tokenCookie)
      const token = presentedToken(request.headers, tokenCookie.name, source)
      try {
        return await byToken(request, token, ending)
      } catch (error) {
        const expired = error instanceof AuthError && error.code === 'token_expired'
        if (!expired || !page || request.method !== 'POST' || !renewInPlace) throw error
        const { sid } = await byToken(request, token, true)
        const renewed = await renewInPlace(request, reply)
        // A form is sent for whoever saw it: a renewal that turns out to be another sign-in's does not count.
        if (renewed.sid !== sid) throw error
        request.askedBeyondMemory = 'renewal'
        return identityFromClaims(renewed)
      }
    }

    app.decorate('rememberedTokens', () => remembered.count())
    app.decorateRequest('identity', null)
    app.decorateRequest('authError', null)
    app.decorateRequest('authDurationMs', undefined)
    app.decorateRequest('sessionLookup', null)
    app.decorateRequest('askedBeyondMemory', null)
    app.decorateRequest('tokenUnderCheck', null)
    app.decorateRequest('examineToken', async function examineToken(this: FastifyRequest, token: string, typ: string) {
      return (await byToken(this, token, false, typ)).claims
    })

    async function recogniseOrRefuse(request: FastifyRequest, reply: FastifyReply, requirement: AuthRequirement) {
      const startedAt = performance.now()
      try {
        request.identity = await recognise(request, reply, requirement === 'ending')
      } catch (error) {
        if (!(error instanceof AuthError)) throw error
        request.authError = error
        // Whose sign-in to end cannot be told: nothing is ended, and nothing is cleared as if it had been.
        if (keepsForm(request, error)) return
        if (requirement === 'required' || (requirement === 'ending' && error.code === 'unavailable')) throw error
      } finally {
        request.authDurationMs = performance.now() - startedAt
      }
    }

    // Without a promise where nothing has to be waited for: at nearly every request.
    app.addHook('onRequest', function authenticate(request: FastifyRequest, reply: FastifyReply, done) {
      const { auth } = request.routeOptions.config
      const requirement = request.is404 ? 'optional' : (auth ?? 'required')
      if (requirement === 'none') {
        done()
        return
      }
      if (requirement !== 'ending') {
        const startedAt = performance.now()
        const identity = recogniseAtOnce(request)
        if (identity) {
          request.identity = identity
          request.authDurationMs = performance.now() - startedAt
          done()
          return
        }
      }
      recogniseOrRefuse(request, reply, requirement).then(() => done(), done)
    })
    // The form of somebody whose sign-in has run out is read before it is refused, so that the refusal can keep it.
    app.addHook('preHandler', function refuseLapsedForm(request: FastifyRequest, _reply, done) {
      const { authError } = request
      if (authError && keepsForm(request, authError)) done(authError)
      else done()
    })
  },
  { name: '@signet/authentication', fastify: '5.x' },
)

/** Of two cookies of one name one is stale or was planted by a sibling host: neither counts, and both go. */
function clearIfTwice({ headers }: FastifyRequest, reply: FastifyReply, cookie: CookieDefinition): void {
  if (readCookie(headers.cookie, cookie.name).count > 1) cookie.clearEverywhere(reply)
}

const keepsForm = ({ routeOptions: { config } }: FastifyRequest, { code }: AuthError): boolean =>
  code === 'token_expired' && config.keepFields !== undefined && (config.auth ?? 'required') === 'required'
