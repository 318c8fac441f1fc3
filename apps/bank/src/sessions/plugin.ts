import {
  type Authentication,
  type RecentAuthentication,
  recentAuthentication,
  statusReference,
} from '@signet/auth/issuer'
import type { AccessTokenClaims, CookieScope, KeyRing, StrategyName } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { outcomeCounter } from '../outcomes.js'
import { type SignInCookies, signInCookies } from './cookies.js'
import { type CreationOptions, createSession, sessionsOf, signOutElsewhere } from './create.js'
import type { SessionOptions } from './options.js'
import { renewSession } from './renew.js'
import { revokeRequestSessions } from './revoke.js'
import { sessionRoutes } from './routes.js'
import { securityRoutes } from './security-routes.js'
import { type Person, revokeSessionsOfUsers, type WithSession } from './store.js'
import { sweepRegularly } from './sweep.js'

/** The session functions that other features use. */
interface UserSessions {
  readonly cookies: SignInCookies
  readonly recent: RecentAuthentication
  /**
   * Returns how the user authenticated in the last five minutes, proved by a cookie that only the bank's host receives; null without
   * the proof.
   */
  proved(request: FastifyRequest, now: Date): Authentication | null
  /** Throws {ServiceError} `invalid_request` for a strategy that this bank does not offer. */
  assertOffered(strategy: StrategyName): void
  /** See `createSession`. The default strategy is `jwt`. */
  create(
    request: FastifyRequest,
    reply: FastifyReply,
    user: Person,
    creation?: Omit<CreationOptions, 'strategy'>,
  ): Promise<string>
  create(request: FastifyRequest, reply: FastifyReply, user: Person, creation: CreationOptions): Promise<string | null>
  /** See `signOutElsewhere`. */
  replaceAll(request: FastifyRequest, reply: FastifyReply, change: WithSession): Promise<string | null>
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
  /** Users without access: their sessions are revoked at start and regularly. */
  readonly closedUserIds: readonly string[]
}

/** Creates, renews, lists and revokes sessions, and deletes old ones. */
export const sessions = fastifyPlugin(
  async (app: App, given: SessionsOptions) => {
    const { db, accessTokenTtlSeconds, closedUserIds } = given
    const cookies = signInCookies(given.cookieScope)
    const recent = recentAuthentication(given.cookieScope, given.refreshKeys)
    const options: SessionOptions = {
      db,
      cookies,
      recent,
      refreshKeys: given.refreshKeys,
      sessionTtlSeconds: given.sessionTtlSeconds,
      sessionIdleTtlSeconds: given.sessionIdleTtlSeconds,
      renewals: renewalCounter(app),
      closedUserIds,
      markRevoked: (statusNumbers) => {
        for (const number of statusNumbers) {
          app.statusLists.markRevoked({ status: { status_list: statusReference(given.bankUrl, number) } })
        }
      },
    }
    app.decorate('userSessions', {
      cookies,
      recent,
      proved: (request, now) => recent.presented(request, signedIn(request).sid, now),
      assertOffered: (strategy) => sessionsOf(app, strategy),
      create: ((request, reply, user, creation) =>
        createSession(options, request, reply, user, creation)) as UserSessions['create'],
      replaceAll: (request, reply, change) => signOutElsewhere(options, request, reply, change),
      renew: (request, reply) => renewSession(options, request, reply),
      revokePresented: (request) => revokeRequestSessions(options, request),
    })
    await sessionRoutes(app, options)
    await securityRoutes(app, options)
    app.addHook('onReady', () => revokeSessionsOfUsers(db, closedUserIds, new Date()))
    sweepRegularly(app, { db, accessTokenTtlSeconds, closedUserIds })
  },
  { name: '@signet/bank-sessions', fastify: '5.x', dependencies: ['@signet/issuing', '@signet/pages'] },
)

const RENEWALS = ['rotated', 'replayed', 'reuse_detected', 'token_expired', 'token_revoked', 'failed']

const renewalCounter = (app: App) =>
  outcomeCounter(
    app,
    'session_renewals_total',
    'Refresh tokens by outcome: replayed got the same successor again, reuse_detected revoked the session',
    RENEWALS,
  )
