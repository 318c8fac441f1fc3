import { randomBytes } from 'node:crypto'
import type { JWT } from '@fastify/jwt'
import fastifyPlugin from 'fastify-plugin'
import { type Clock, systemClock } from '../clock.js'
import type { KeyRing } from '../keys/ring.js'
import { EXP_SLACK_SECONDS, LAB_TOKEN_TTL_SECONDS } from '../lifetimes.js'
import type { AccessTokenClaims } from '../tokens/claims.js'
import { LAB_TOKEN_TYP } from '../tokens/lab.js'

export interface LabIssuingOptions {
  readonly keys: Pick<KeyRing, 'first'>
  readonly accessTokenTtlSeconds: number
  readonly clock?: Clock
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Signs a twin of a verified access token: the same claims, a life of its own, and a `typ` by which every route
     * refuses it. `expired` makes one whose time is over. It takes claims that were verified, never what a client chose.
     */
    issueLabToken(verified: AccessTokenClaims, made?: { readonly expired?: boolean }): string
  }
}

/** May sign tokens to look at. Only the bank registers this, and only as a demo. */
export const labIssuing = fastifyPlugin<LabIssuingOptions>(
  async (app, { keys, accessTokenTtlSeconds, clock = systemClock }) => {
    const { issuer } = app.jwt as unknown as { issuer: JWT }
    const { kid, alg } = keys.first
    const lifeSeconds = Math.min(LAB_TOKEN_TTL_SECONDS, accessTokenTtlSeconds + EXP_SLACK_SECONDS)

    app.decorate('issueLabToken', (verified: AccessTokenClaims, { expired = false } = {}): string => {
      const iat = clock() - (expired ? lifeSeconds + 1 : 0)
      const claims: AccessTokenClaims = {
        ...verified,
        jti: randomBytes(16).toString('base64url'),
        iat,
        exp: iat + lifeSeconds,
        auth_time: Math.min(verified.auth_time, iat),
      }
      return issuer.sign(claims, { header: { alg, typ: LAB_TOKEN_TYP }, kid, algorithm: alg })
    })
  },
  { name: '@signet/lab-issuing', fastify: '5.x', dependencies: ['@signet/issuing'] },
)
