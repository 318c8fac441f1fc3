import type { Reauthenticated } from '@signet/auth/issuer'
import { type App, apiRoute, ok, outcomeCounter, type PagePart, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { counted, type OutcomeCounter } from '../outcomes.js'
import { Typed } from '../printable-text.js'
import { Token } from '../token-answer.js'
import { checkPassword, type PasswordOptions } from './check-password.js'
import { type SignInOptions, signInRoutes } from './routes.js'

/** Slots of the sign-in page for other plugins. */
interface SignInSlots {
  readonly beside: PagePart[]
  readonly belowStrategies: PagePart[]
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly signInSlots: SignInSlots
    /** Counts logins with any method. */
    readonly signInOutcomes: OutcomeCounter
    readonly reauthenticationOutcomes: OutcomeCounter
    readonly reauthenticate: (
      request: FastifyRequest,
      reply: FastifyReply,
      password: string,
    ) => Promise<Reauthenticated>
  }
}

export const signIn = fastifyPlugin(
  async (app: App, options: SignInOptions) => {
    const counter = (name: string, help: string) => outcomeCounter(app, name, help, OUTCOMES)
    app.decorate('signInOutcomes', counter('sign_ins_total', 'Logins by outcome'))
    const help = 'Re-authentications within a session by outcome'
    app.decorate('reauthenticationOutcomes', counter('reauthentications_total', help))
    app.decorate('signInSlots', { beside: [], belowStrategies: [] })
    app.decorate('reauthenticate', (request, reply, password) => reauthenticate(options, request, reply, password))
    signInRoutes(app, options)
    reauthenticateRoutes(app)
  },
  {
    name: '@signet/bank-sign-in',
    dependencies: ['@signet/bank-sessions', '@signet/bank-passwords', '@signet/bank-limits'],
  },
)

const OUTCOMES = ['accepted', 'invalid_credentials', 'passkey_invalid', 'rate_limited', 'unavailable', 'left', 'failed']

const Reauthentication = Type.Object({ password: Typed(1024) }, { additionalProperties: false })

/**
 * Verifies the password again within a session. Only the token or session of this response has the new `auth_time`. Renewals
 * and copies of the request's cookies keep the time of the login.
 *
 * @throws what `checkPassword` throws, and {AuthError} `token_revoked` when the session has ended since.
 */
async function reauthenticate(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<Reauthenticated> {
  const { username } = signedIn(request)
  const { reauthenticationOutcomes, userSessions } = request.server
  await counted(reauthenticationOutcomes, () => checkPassword(options, request, reply, { username, password }))
  return userSessions.reauthenticated(request, reply, ['pwd'])
}

function reauthenticateRoutes(app: App): void {
  const description = apiRoute('sign-in', 'reauthenticate', 'Verify the password again', {
    description:
      'Keeps the session. Only the new token has the new auth_time; a renewal goes back to the time of the login.',
    body: Reauthentication,
    data: Token,
    failed: [400, 401, 403, 415, 429, 503],
  })
  app.post('/api/reauthenticate', description, async (request, reply) =>
    ok((await app.reauthenticate(request, reply, request.body.password)).token),
  )
}
