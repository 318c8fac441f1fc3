import fastifyJwt from '@fastify/jwt'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import { type CookieDefinition, readCookie } from '../cookies.js'
import { AuthError, type AuthErrorCode } from '../errors.js'
import { type Identity, identityFromClaims } from '../identity.js'
import type { KeySource, RingKey } from '../keys/ring.js'
import type { StatusLists } from '../revocation/follow.js'
import {
  ACCESS_TOKEN_TYP,
  type AccessTokenClaims,
  assertNotExpired,
  type ClaimExpectations,
  checkClaims,
} from '../tokens/claims.js'
import { presentedToken } from '../tokens/present.js'
import { parseCompact } from '../tokens/spelling.js'

/**
 * What a route asks of its visitor:
 * `required` (the default, so that a forgotten option locks a route instead of opening it): a valid token, or 401;
 * `optional`: `request.identity` is null without one, and `request.authError` says why;
 * `ending`: as `optional`, but an expired token counts: it still says whose sign-in to end;
 * `none`: the token is not looked at.
 */
export type AuthRequirement = 'required' | 'optional' | 'ending' | 'none'

export interface AuthenticationOptions extends ClaimExpectations {
  readonly keys: KeySource
  /** The cookie that carries the token. */
  readonly tokenCookie: CookieDefinition
  readonly clock?: Clock
  /** Asked for every token, after its signature and its claims, unless the route ends sign-ins. */
  readonly statusLists?: Pick<StatusLists, 'assertNotEnded'>
  /**
   * Renews the sign-in of a form that was posted with an expired token, where this service can: a redirect would lose
   * what was typed. Rejects with an {AuthError} when there is nothing to renew.
   */
  readonly renewInPlace?: (request: FastifyRequest, reply: FastifyReply) => Promise<AccessTokenClaims>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    auth?: AuthRequirement
    /** A page: takes the cookie alone, and a refusal leads to the sign-in instead of a JSON answer. */
    page?: boolean
  }
  interface FastifyRequest {
    identity: Identity | null
    authError: AuthError | null
    /** How long recognising the person took; undefined where the token is not looked at. */
    authDurationMs: number | undefined
    /** What `@fastify/jwt` is just verifying, and with which key. Never log it. */
    tokenUnderCheck: { readonly token: string; readonly key: RingKey } | null
    /**
     * Puts a token to the very checks that a presented one passes, as another kind (`typ`), and signs nobody in by it:
     * for looking on. Rejects with an {AuthError}.
     */
    examineToken(token: string, typ: string): Promise<AccessTokenClaims>
  }
}

/**
 * Recognises people by the JWT in the shared cookie or the `Authorization` header, asking nobody: no database, no
 * other service. One hook that every route goes through; a route says what it wants by `config.auth`.
 *
 * Signature, `alg` and `typ` are checked by `@fastify/jwt`; spelling (`tokens/spelling.ts`), key choice and claims
 * (`tokens/claims.ts`) here, because libraries are lenient there. It registers `@fastify/jwt` without a private key, so a
 * service that has only this plugin has no function that signs.
 *
 * Whether the sign-in was ended since is checked where `statusLists` are given; without them a token is good until it
 * expires.
 *
 * Does *not* check that the person still exists.
 */
export const authentication = fastifyPlugin<AuthenticationOptions>(
  async (app, options) => {
    const clock = options.clock ?? systemClock

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

    async function verify(request: FastifyRequest, token: string, ending: boolean, typ?: string): Promise<Identity> {
      const { header } = parseCompact(token)
      const key = await options.keys.find(header.kid)
      if (!key) throw new AuthError('token_signature_invalid', 'unknown kid')
      if (header.alg !== key.alg) throw new AuthError('token_signature_invalid', 'alg is not the one of the key')
      request.tokenUnderCheck = { token, key }
      const payload = await request
        .jwtVerify(typ === undefined ? undefined : { checkTyp: typ })
        .catch(refuse)
        .finally(() => {
          request.tokenUnderCheck = null
        })
      const claims = checkClaims(payload, options, clock())
      if (!ending) {
        assertNotExpired(claims, clock())
        await options.statusLists?.assertNotEnded(claims)
      }
      return identityFromClaims(claims)
    }

    async function recognise(request: FastifyRequest, reply: FastifyReply, ending: boolean): Promise<Identity> {
      const { page } = request.routeOptions.config
      const { name, clearEverywhere } = options.tokenCookie
      if (readCookie(request.headers.cookie, name).count > 1) clearEverywhere(reply)
      const token = presentedToken(request.headers, name, page ? 'cookie' : 'header-or-cookie')
      try {
        return await verify(request, token, ending)
      } catch (error) {
        const expired = error instanceof AuthError && error.code === 'token_expired'
        if (!expired || !page || request.method !== 'POST' || !options.renewInPlace) throw error
        const { sid } = await verify(request, token, true)
        const renewed = await options.renewInPlace(request, reply)
        // A form is sent for whoever saw it: a renewal that turns out to be another sign-in's does not count.
        if (renewed.sid !== sid) throw error
        return identityFromClaims(renewed)
      }
    }

    app.decorateRequest('identity', null)
    app.decorateRequest('authError', null)
    app.decorateRequest('authDurationMs', undefined)
    app.decorateRequest('tokenUnderCheck', null)
    app.decorateRequest('examineToken', async function examineToken(this: FastifyRequest, token: string, typ: string) {
      return (await verify(this, token, false, typ)).claims
    })

    app.addHook('onRequest', async function authenticate(request: FastifyRequest, reply: FastifyReply) {
      const { auth } = request.routeOptions.config
      const requirement = request.is404 ? 'optional' : (auth ?? 'required')
      if (requirement === 'none') return
      const startedAt = performance.now()
      try {
        request.identity = await recognise(request, reply, requirement === 'ending')
      } catch (error) {
        if (!(error instanceof AuthError)) throw error
        request.authError = error
        if (requirement === 'required') throw error
      } finally {
        request.authDurationMs = performance.now() - startedAt
      }
    })
  },
  { name: '@signet/authentication', fastify: '5.x' },
)

/** What `@fastify/jwt` and fast-jwt say of a well-formed token whose `alg` is the key's: wrong `typ`, wrong signature. */
const LIBRARY_REFUSALS: Readonly<Record<string, AuthErrorCode>> = {
  FAST_JWT_INVALID_TYPE: 'token_claims_invalid',
  FST_JWT_AUTHORIZATION_TOKEN_INVALID: 'token_signature_invalid',
}

function refuse(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? LIBRARY_REFUSALS[String(error.code)] : undefined
  throw code !== undefined && error instanceof Error ? new AuthError(code, error.message) : error
}
