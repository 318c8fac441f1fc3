import type { Reauthenticated } from '@signet/auth/issuer'
import type { App, PagePart } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { type OutcomeCounter, outcomeCounter } from '../outcomes.js'
import { reauthenticate, reauthenticateRoutes } from './reauthenticate.js'
import { type SignInOptions, signInRoutes } from './routes.js'

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

/** Registers the sign-in with a password and the re-authentication within a session. */
export const signIn = fastifyPlugin(
  async (app: App, options: SignInOptions) => {
    const counter = (name: string, help: string) => outcomeCounter(app, name, help, OUTCOMES)
    app.decorate('signInOutcomes', counter('sign_ins_total', 'Logins by outcome'))
    const help = 'Re-authentications within a session by outcome'
    app.decorate('reauthenticationOutcomes', counter('reauthentications_total', help))
    app.decorate('signInSlots', { beside: [], belowStrategies: [] })
    app.decorate('reauthenticate', (request, reply, password) => reauthenticate(options, request, reply, password))
    await signInRoutes(app, options)
    await reauthenticateRoutes(app)
  },
  {
    name: '@signet/bank-sign-in',
    fastify: '5.x',
    dependencies: ['@signet/bank-sessions', '@signet/bank-passwords', '@signet/bank-limits'],
  },
)

const OUTCOMES = ['accepted', 'invalid_credentials', 'passkey_invalid', 'rate_limited', 'unavailable', 'left', 'failed']
