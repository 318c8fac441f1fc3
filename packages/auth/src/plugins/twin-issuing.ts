import { randomBytes } from 'node:crypto'
import type { JWT } from '@fastify/jwt'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import type { KeyRing } from '../keys/ring.js'
import { EXP_SLACK_SECONDS, TWIN_TTL_SECONDS } from '../lifetimes.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import { messageTyp } from '../tokens/message.js'

export interface TwinIssuingOptions {
  readonly keys: Pick<KeyRing, 'first'>
  /** The `typ` of twins, `something+jwt`. Messages cannot use it. */
  readonly typ: string
  readonly accessTokenTtlSeconds: number
  readonly clock?: Clock
}

declare module 'fastify' {
  interface FastifyInstance {
    twinTyp?: string
    /**
     * Signs a twin of a verified access token: the same claims with its own lifetime and a `typ` that every route refuses.
     * `expired` signs an expired one. Pass only verified claims, never claims that a client chose.
     */
    issueTwin(verified: AccessTokenClaims, options?: { readonly expired?: boolean }): string
  }
}

/** Issues tokens that are safe to show and change. `request.verifyToken(token, {typ})` verifies them. */
export const twinIssuing = fastifyPlugin<TwinIssuingOptions>(
  async (app, { keys, typ, accessTokenTtlSeconds, clock = systemClock }) => {
    const { issuer } = app.jwt as unknown as { issuer: JWT }
    const { kid, alg } = keys.first
    const header = { alg, typ: messageTyp(typ) }
    const ttlSeconds = Math.min(TWIN_TTL_SECONDS, accessTokenTtlSeconds + EXP_SLACK_SECONDS)

    app.decorate('twinTyp', typ)
    app.decorate('issueTwin', (verified: AccessTokenClaims, { expired = false } = {}): string => {
      const iat = clock() - (expired ? ttlSeconds + 1 : 0)
      const claims: AccessTokenClaims = {
        ...verified,
        jti: randomBytes(16).toString('base64url'),
        iat,
        exp: iat + ttlSeconds,
        auth_time: Math.min(verified.auth_time, iat),
      }
      return issuer.sign(claims, { header, kid, algorithm: alg })
    })
  },
  { name: '@signet/twin-issuing', fastify: '5.x', dependencies: ['@signet/issuing'] },
)
