import { type SessionsOptions, sessions as userSessions } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'
import { type App, answers, outcomeCounter } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { sweepNotices } from '../notices/store.js'
import { runRegularly } from '../regular-task.js'
import { sessionRoutes } from './routes.js'
import { revokeSessionsOfUsers, sessionStore, sweepSessions } from './store.js'

type Settings = Pick<SessionsOptions, 'cookieScope' | 'refreshKeys' | 'sessionTtlSeconds' | 'sessionIdleTtlSeconds'>

export interface BankSessionsOptions extends Settings {
  readonly db: BankDatabase
  readonly bankUrl: string
  readonly accessTokenTtlSeconds: number
  /** Users without access: their sessions are revoked at start and regularly. */
  readonly closedUserIds: readonly string[]
}

/** Creates, renews, lists and revokes sessions in the bank's database, and deletes old ones. */
export const sessions = fastifyPlugin(
  async (app: App, { db, bankUrl, accessTokenTtlSeconds, closedUserIds, ...settings }: BankSessionsOptions) => {
    const { statusLists } = app
    const renewals = outcomeCounter(app, 'session_renewals_total', RENEWALS_HELP, RENEWALS)
    await app.register(userSessions, {
      ...settings,
      store: sessionStore(db, closedUserIds),
      issuer: bankUrl,
      statusLists,
      onRenewal: (outcome) => renewals.inc({ outcome }),
      answers,
    })
    const { name } = app.userSessions.cookies.refresh
    app.apiSecuritySchemes.refresh = { type: 'apiKey', in: 'cookie', name, description: 'The refresh token.' }
    sessionRoutes(app)
    app.addHook('onReady', () => revokeSessionsOfUsers(db, closedUserIds, new Date()))
    runRegularly(app, {
      everyMs: 600_000,
      failure: 'could not delete sessions that have ended',
      run: async (now) => {
        // A replica that still runs an older configuration may have signed one of them in.
        await revokeSessionsOfUsers(db, closedUserIds, now)
        await sweepNotices(db, now)
        const count = await sweepSessions(db, accessTokenTtlSeconds, now)
        app.log.info({ count }, 'deleted sessions that have ended')
      },
    })
  },
  { name: '@signet/bank-sessions', dependencies: ['@signet/issuing', '@signet/pages'] },
)

const RENEWALS = ['rotated', 'replayed', 'reuse_detected', 'token_expired', 'token_revoked', 'failed']
const RENEWALS_HELP =
  'Refresh tokens by outcome: replayed got the same successor again, reuse_detected revoked the session'
