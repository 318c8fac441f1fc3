import { type CookieScope, type StrategyName, safeReturnTo } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, apiRoute, ok, pageRoute, renderParts } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { cookieProbe, cookiesSentence, formKeyOf, sessionIdOfForm } from '../form-key.js'
import { counted } from '../outcomes.js'
import { FormText, Typed } from '../printable-text.js'
import { Token } from '../token-answer.js'
import { checkPassword, type PasswordOptions } from './check-password.js'
import { SignInPage } from './page.js'
import { assertOffered, credentialsProblem, STRATEGIES, sentenceOf } from './rules.js'
import { shownSignInRefusal } from './shown-refusal.js'
import { claimPassword } from './store.js'

interface Presented {
  readonly username: string
  readonly password: string
  readonly strategy?: StrategyName | undefined
  readonly formKey?: string | undefined
}

/**
 * Verifies a password, creates a session and sets its cookies. Revokes the earlier sessions of this browser. Returns the
 * token, or null for a session strategy.
 *
 * @throws what `checkPassword` throws.
 */
function signIn(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, password, strategy, formKey }: Presented,
): Promise<string | null> {
  const { userSessions, signInOutcomes } = request.server
  return counted(signInOutcomes, async () => {
    const user = await checkPassword(options, request, reply, { username, password })
    await userSessions.revokePresented(request)
    const id = sessionIdOfForm(formKey, user.id, strategy)
    return userSessions.create(request, reply, user, { strategy, id, claim: claimPassword(user) })
  })
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

const Strategy = Type.Union(STRATEGIES.map((name) => Type.Literal(name)))
const Credentials = Type.Object(
  { username: Typed(256), password: Typed(1024), strategy: Type.Optional(Strategy) },
  { additionalProperties: false },
)
const SignInForm = Type.Object({
  username: FormText,
  password: FormText,
  strategy: Type.Optional(Strategy),
  return_to: Type.Optional(Type.Unknown()),
  form_key: Type.Optional(Type.Unknown()),
})
const SignInQuery = Type.Object({
  return_to: Type.Optional(Type.Unknown()),
  reason: Type.Optional(Type.Unknown()),
  signed_out: Type.Optional(Type.Unknown()),
})

export async function signInRoutes(app: App, options: SignInOptions): Promise<void> {
  const { bankUrl, origins } = options
  const { userSessions, signInSlots } = app
  const probe = cookieProbe(options.cookieScope)
  const target = (value: unknown) => safeReturnTo(value, origins, `${bankUrl}/`)

  const slotsOf = (request: FastifyRequest) => ({
    beside: renderParts(signInSlots.beside, request),
    belowStrategies: renderParts(signInSlots.belowStrategies, request),
  })

  const offered = () => STRATEGIES.filter((name) => name === 'jwt' || app.serverSessions.has(name))

  const login = apiRoute('sign-in', 'login', 'Sign in', {
    auth: 'allow-expired',
    security: [],
    description: 'Sets the cookies and returns the JWT for clients without cookies; null for the session strategies.',
    body: Credentials,
    data: Token,
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  app.post('/api/login', login, async (request, reply) => {
    const { strategy = 'jwt', ...credentials } = request.body
    assertOffered(app, strategy)
    return ok(await signIn(options, request, reply, { ...credentials, strategy }))
  })

  app.get('/sign-in', pageRoute({ auth: 'optional', querystring: SignInQuery }), async (request, reply) => {
    const returnTo = target(request.query.return_to)
    const asked = typeof request.query.reason === 'string' ? request.query.reason : undefined
    if (await userSessions.sendBack(request, reply, { returnTo, reason: asked })) return reply
    const refused =
      request.authError && request.authError.code !== 'token_missing' ? request.authError.reason : undefined
    const reason = refused ?? asked ?? request.authError?.reason
    const text = sentenceOf(reason)
    const notice =
      request.query.signed_out === '1'
        ? { kind: 'success' as const, text: 'You are signed out of every app.' }
        : text && { kind: 'info' as const, text }
    probe.set(reply)
    return reply.page(
      SignInPage({
        frame: request.pageFrame(),
        returnTo,
        strategies: offered(),
        slots: slotsOf(request),
        ...(notice ? { notice } : {}),
      }),
    )
  })

  app.post(
    '/sign-in',
    pageRoute({ auth: 'allow-expired', formOfAnyUser: true, body: SignInForm }),
    async (request, reply) => {
      const { username, password, strategy } = request.body
      const returnTo = target(request.body.return_to)
      assertOffered(app, strategy)
      const formKey = formKeyOf(request.body.form_key)
      const refuse = (sentence: string) =>
        reply.page(
          SignInPage({
            frame: { ...request.pageFrame(), person: undefined, nav: [] },
            returnTo,
            username,
            strategy,
            strategies: offered(),
            error: sentence,
            slots: slotsOf(request),
          }),
        )
      if (probe.isMissing(request, formKey)) {
        probe.set(reply)
        reply.code(400)
        return refuse(cookiesSentence(bankUrl))
      }
      const problem = credentialsProblem({ username, password })
      if (problem !== undefined) {
        reply.code(400)
        return refuse(problem)
      }
      try {
        await signIn(options, request, reply, { username, password, strategy, formKey })
      } catch (error) {
        return refuse(shownSignInRefusal(error, request, reply))
      }
      probe.clear(request, reply)
      return reply.redirect(returnTo, 303)
    },
  )
}
