import type { CookieScope } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { App, PagePart } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { type OutcomeCounter, outcomeCounter } from '../outcomes.js'
import { type Reauthenticated, reauthenticate, reauthenticateRoutes } from './reauthenticate.js'
import { signInRoutes } from './routes.js'

/** Slots of the sign-in page for other plugins. */
interface SignInSlots {
  /** Beside the form. */
  readonly beside: PagePart[]
  /** Below the choice of a session strategy. */
  readonly belowStrategies: PagePart[]
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly signInSlots: SignInSlots
    /** Counts logins with any method. */
    readonly signInOutcomes: OutcomeCounter
    readonly reauthenticationOutcomes: OutcomeCounter
    /** See `reauthenticate`. */
    readonly reauthenticate: (
      request: FastifyRequest,
      reply: FastifyReply,
      password: string,
    ) => Promise<Reauthenticated>
  }
}

export interface SignInOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
  readonly bankUrl: string
  /** The public origins of all apps, to which a sign-in may redirect. */
  readonly origins: readonly string[]
  /** Users without access. */
  readonly closedUserIds: readonly string[]
}

/** Registers the sign-in with a password and the re-authentication within a session. */
export const signIn = fastifyPlugin(
  async (app: App, { db, cookieScope, bankUrl, origins, closedUserIds }: SignInOptions) => {
    const signIns = outcomeCounter(app, 'sign_ins_total', 'Logins by outcome', OUTCOMES)
    const reauthentications = outcomeCounter(
      app,
      'reauthentications_total',
      'Re-authentications within a session by outcome',
      OUTCOMES,
    )
    app.decorate('signInOutcomes', signIns)
    app.decorate('reauthenticationOutcomes', reauthentications)
    app.decorate('signInSlots', { beside: [], belowStrategies: [] })
    app.decorate('reauthenticate', (request, reply, password) =>
      reauthenticate({ db, reauthentications, closedUserIds }, request, reply, password),
    )
    await signInRoutes(app, { db, signIns, cookieScope, bankUrl, origins, closedUserIds })
    await reauthenticateRoutes(app)
  },
  {
    name: '@signet/bank-sign-in',
    fastify: '5.x',
    dependencies: ['@signet/bank-sessions', '@signet/bank-passwords', '@signet/bank-limits'],
  },
)

const OUTCOMES = ['accepted', 'invalid_credentials', 'passkey_invalid', 'rate_limited', 'unavailable', 'left', 'failed']
