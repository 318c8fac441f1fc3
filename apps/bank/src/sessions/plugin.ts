import { statusReference } from '@signet/auth/issuer'
import type { AccessTokenClaims, CookieScope, KeyRing, StrategyName } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { outcomeCounter } from '../outcomes.js'
import { type SignInCookies, signInCookies } from './cookies.js'
import { createSession, sessionsOf } from './create.js'
import type { SessionOptions } from './options.js'
import { renewSession } from './renew.js'
import { revokeRequestSessions } from './revoke.js'
import { sessionRoutes } from './routes.js'
import { securityRoutes } from './security-routes.js'
import type { Person } from './store.js'
import { sweepRegularly } from './sweep.js'

/** What other features do with sessions. */
interface UserSessions {
  readonly cookies: SignInCookies
  /** Throws a {ServiceError} `invalid_request` for a strategy that this bank does not offer. */
  assertOffered(strategy: StrategyName): void
  /** See `createSession`; without a strategy there is a token. */
  create(request: FastifyRequest, reply: FastifyReply, user: Person): Promise<string>
  create(
    request: FastifyRequest,
    reply: FastifyReply,
    user: Person,
    strategy: StrategyName | undefined,
  ): Promise<string | null>
  /** See `renewSession`. */
  renew(request: FastifyRequest, reply: FastifyReply): Promise<AccessTokenClaims>
  /** See `revokeRequestSessions`. */
  revokePresented(request: FastifyRequest): Promise<unknown>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly userSessions: UserSessions
  }
}

export interface SessionsOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
  readonly bankUrl: string
  readonly refreshKeys: KeyRing
  readonly sessionTtlSeconds: number
  readonly sessionIdleTtlSeconds: number
  readonly accessTokenTtlSeconds: number
}

/** Sessions: created, renewed, listed, revoked, and deleted once they are long over. */
export const sessions = fastifyPlugin(
  async (app: App, given: SessionsOptions) => {
    const { db, accessTokenTtlSeconds } = given
    const cookies = signInCookies(given.cookieScope)
    const options: SessionOptions = {
      db,
      cookies,
      bankUrl: given.bankUrl,
      refreshKeys: given.refreshKeys,
      sessionTtlSeconds: given.sessionTtlSeconds,
      sessionIdleTtlSeconds: given.sessionIdleTtlSeconds,
      renewals: renewalCounter(app),
      markRevoked: (statusNumbers) => {
        for (const number of statusNumbers) {
          app.statusLists.markRevoked({ status: { status_list: statusReference(given.bankUrl, number) } })
        }
      },
    }
    app.decorate('userSessions', {
      cookies,
      assertOffered: (strategy) => sessionsOf(app, strategy),
      create: ((request, reply, user, strategy) =>
        createSession(options, request, reply, user, strategy)) as UserSessions['create'],
      renew: (request, reply) => renewSession(options, request, reply),
      revokePresented: (request) => revokeRequestSessions(options, request),
    })
    await sessionRoutes(app, options)
    await securityRoutes(app, options)
    sweepRegularly(app, { db, accessTokenTtlSeconds })
  },
  { name: '@signet/bank-sessions', fastify: '5.x', dependencies: ['@signet/issuing', '@signet/pages'] },
)

const RENEWALS = ['rotated', 'replayed', 'reuse_detected', 'token_expired', 'token_revoked', 'failed']

const renewalCounter = (app: App) =>
  outcomeCounter(
    app,
    'session_renewals_total',
    'Refresh tokens presented, by how it ended: replayed is the same successor once more, reuse_detected ended the sign-in',
    RENEWALS,
  )
