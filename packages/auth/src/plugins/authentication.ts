import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import { type CookieDefinition, type CookieReading, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { type Identity, identityFromClaims, identityFromRecord, type TokenIdentity } from '../identity.js'
import type { StatusLists } from '../revocation/follow.js'
import { type ServerSessionOptions, type ServerSessions, serverSessions } from '../strategies/server-session.js'
import { type TokenVerification, type VerifiedToken, verifyToken } from '../strategies/token.js'
import { type AccessTokenClaims, assertNotExpired } from '../tokens/claims.js'
import { oneToken, readToken } from '../tokens/present.js'
import { rememberTokens } from '../tokens/remember.js'
import { noteDuration } from './server-timing.js'

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

type MaybeLater<T> = T | Promise<T>

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
    /** How long recognising the person took; undefined where nothing is looked at. The answer's `Server-Timing` tells it too. */
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
 * A token's spelling, key and signature are checked by `tokens/open.ts`, its `typ` by `strategies/token.ts`, its claims by
 * `tokens/claims.ts`. A service that has only this plugin has no function that signs.
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

    const sessions: ServerSessions[] = []
    for (const session of options.sessions ?? []) sessions.push(await serverSessions(app, { ...session, clock }))
    app.decorate('serverSessions', new Map(sessions.map((session) => [session.strategy, session])))

    /** Whether a sign-in stands: at once, unless its status list has never been seen. */
    function assertStands(
      request: FastifyRequest,
      signIn: Pick<AccessTokenClaims, 'status'>,
    ): Promise<void> | undefined {
      const arriving = statusLists?.assertNotEnded(signIn)
      if (arriving) request.askedBeyondMemory = 'status list'
      return arriving
    }

    /** Whom a token is of, after every check: at once, unless its key or its status list has to be fetched. */
    function byToken(request: FastifyRequest, token: string, ending: boolean, typ?: string): MaybeLater<TokenIdentity> {
      const judge = ({ claims, key }: VerifiedToken): MaybeLater<TokenIdentity> => {
        const identity = identityFromClaims(claims)
        if (ending) return identity
        // Its key may have taken a moment to arrive.
        assertNotExpired(claims, clock())
        return after(assertStands(request, claims), () => {
          if (typ === undefined) remembered.add(token, key, identity)
          return identity
        })
      }
      const verified = verifyToken(token, options, clock(), typ)
      return verified instanceof Promise ? verified.then(judge) : judge(verified)
    }

    async function bySession(request: FastifyRequest, known: ServerSessions, ending: boolean): Promise<Identity> {
      const record = await known.find(request)
      if (!ending) {
        if (clock() >= record.expiresBySeconds) throw new AuthError('token_expired', 'the session')
        await assertStands(request, record)
      }
      return identityFromRecord(known.strategy, record)
    }

    /** As `byToken`, for a form: one that was posted with an expired token is taken if the sign-in can be renewed here. */
    async function byTokenOfForm(request: FastifyRequest, reply: FastifyReply, token: string): Promise<TokenIdentity> {
      try {
        return await byToken(request, token, false)
      } catch (error) {
        if (!renewInPlace || !(error instanceof AuthError) || error.code !== 'token_expired') throw error
        const { sid } = await byToken(request, token, true)
        const renewed = await renewInPlace(request, reply)
        // A form is sent for whoever saw it: a renewal that turns out to be another sign-in's does not count.
        if (renewed.sid !== sid) throw error
        request.askedBeyondMemory = 'renewal'
        return identityFromClaims(renewed)
      }
    }

    /** Whom a request is of. As a rule nothing has to be waited for, and a promise would cost more than the answer. */
    function recognise(
      request: FastifyRequest,
      reply: FastifyReply,
      page: boolean,
      ending: boolean,
    ): MaybeLater<Identity> {
      const presented = readToken(request.headers, tokenCookie.name, page ? 'cookie' : 'header-or-cookie')
      const session = presented.count === 0 ? sessions.find((candidate) => candidate.presentedBy(request)) : undefined
      if (session) {
        clearIfTwice(readCookie(request.headers.cookie, session.cookie.name), reply, session.cookie)
        return bySession(request, session, ending)
      }
      clearIfTwice(presented, reply, tokenCookie)
      const token = oneToken(presented)
      const identity = ending ? undefined : remembered.find(token, clock())
      if (identity) return after(assertStands(request, identity.claims), () => identity)
      if (page && request.method === 'POST' && !ending) return byTokenOfForm(request, reply, token)
      return byToken(request, token, ending)
    }

    app.decorate('rememberedTokens', () => remembered.count())
    app.decorateRequest('identity', null)
    app.decorateRequest('authError', null)
    app.decorateRequest('authDurationMs', undefined)
    app.decorateRequest('sessionLookup', null)
    app.decorateRequest('askedBeyondMemory', null)
    app.decorateRequest('examineToken', async function examineToken(this: FastifyRequest, token: string, typ: string) {
      return (await byToken(this, token, false, typ)).claims
    })

    /** What a request that was not recognised is refused with; undefined where it goes on without a person. */
    function refusal(request: FastifyRequest, error: unknown, requirement: AuthRequirement): Error | undefined {
      // Whatever it was that was thrown: nobody gets in by it.
      if (!(error instanceof Error)) return new Error('something was thrown that is no error', { cause: error })
      if (!(error instanceof AuthError)) return error
      request.authError = error
      if (keepsForm(request, error)) return undefined
      // Whose sign-in to end cannot be told: nothing is ended, and nothing is cleared as if it had been.
      if (requirement === 'required' || (requirement === 'ending' && error.code === 'unavailable')) return error
      return undefined
    }

    app.addHook('onRequest', function authenticate(request: FastifyRequest, reply: FastifyReply, done) {
      // Read once: what it is read from is made anew each time.
      const { auth, page = false } = request.routeOptions.config
      const requirement = request.is404 ? 'optional' : (auth ?? 'required')
      if (requirement === 'none') {
        done()
        return
      }
      const startedAt = performance.now()
      const recognised = (identity: Identity) => {
        request.identity = identity
        noteDuration(request, reply, startedAt)
        done()
      }
      const refused = (error: unknown) => {
        noteDuration(request, reply, startedAt)
        done(refusal(request, error, requirement))
      }
      let identity: MaybeLater<Identity>
      try {
        identity = recognise(request, reply, page, requirement === 'ending')
      } catch (error) {
        refused(error)
        return
      }
      if (identity instanceof Promise) identity.then(recognised, refused)
      else recognised(identity)
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
function clearIfTwice({ count }: CookieReading, reply: FastifyReply, cookie: CookieDefinition): void {
  if (count > 1) cookie.clearEverywhere(reply)
}

const after = <T>(arriving: Promise<void> | undefined, then: () => T): MaybeLater<T> =>
  arriving ? arriving.then(then) : then()

const keepsForm = ({ routeOptions: { config } }: FastifyRequest, { code }: AuthError): boolean =>
  code === 'token_expired' && config.keepFields !== undefined && (config.auth ?? 'required') === 'required'
