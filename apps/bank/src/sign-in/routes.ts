import type { StrategyName } from '@signet/auth/verifier'
import { type App, apiRoute, ok, pageRoute, renderParts } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { sessionIdOfForm } from '../form-key.js'
import type { BankOptions } from '../options.js'
import { counted } from '../outcomes.js'
import { FormText, Typed } from '../printable-text.js'
import { Token } from '../token-answer.js'
import { checkPassword, type PasswordOptions } from './check-password.js'
import { ReturnTo, SignInFields, signedOutFrame, signInForms } from './forms.js'
import { SignInPage, type SignInPageProps } from './page.js'
import { assertOffered, credentialsProblem, STRATEGIES, Strategy, sentenceOf } from './rules.js'
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

export type SignInOptions = Pick<BankOptions, 'db' | 'cookieScope' | 'bankUrl' | 'origins' | 'closedUserIds'>

const Credentials = Type.Object(
  { username: Typed(256), password: Typed(1024), strategy: Strategy },
  { additionalProperties: false },
)
const SignInForm = Type.Object({ username: FormText, password: FormText, strategy: Strategy, ...SignInFields })
const SignInQuery = Type.Object({
  ...ReturnTo,
  reason: Type.Optional(Type.Unknown()),
  signed_out: Type.Optional(Type.Unknown()),
})

export function signInRoutes(app: App, options: SignInOptions): void {
  const { userSessions, signInSlots } = app
  const forms = signInForms(options)

  const pageOf = (request: FastifyRequest, props: Omit<SignInPageProps, 'strategies' | 'slots'>) =>
    SignInPage({
      ...props,
      strategies: STRATEGIES.filter((name) => name === 'jwt' || app.serverSessions.has(name)),
      slots: {
        beside: renderParts(signInSlots.beside, request),
        belowStrategies: renderParts(signInSlots.belowStrategies, request),
      },
    })

  const login = apiRoute('sign-in', 'login', 'Sign in', {
    auth: 'allow-expired',
    security: [],
    description: 'Sets the cookies and returns the JWT for clients without cookies; null for the session strategies.',
    body: Credentials,
    data: Token,
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  app.post('/api/login', login, async (request, reply) => {
    assertOffered(app, request.body.strategy)
    return ok(await signIn(options, request, reply, request.body))
  })

  app.get('/sign-in', pageRoute({ auth: 'optional', querystring: SignInQuery }), async (request, reply) => {
    const { query } = request
    const returnTo = forms.target(query.return_to)
    const asked = typeof query.reason === 'string' ? query.reason : undefined
    if (await userSessions.sendBack(request, reply, { returnTo, reason: asked })) return reply
    const { code, reason } = request.authError ?? {}
    const text = sentenceOf(code === 'token_missing' ? (asked ?? reason) : (reason ?? asked))
    const notice =
      query.signed_out === '1'
        ? { kind: 'success' as const, text: 'You are signed out of every app.' }
        : text && { kind: 'info' as const, text }
    forms.begin(reply)
    return reply.page(pageOf(request, { frame: request.pageFrame(), returnTo, ...(notice ? { notice } : {}) }))
  })

  const form = pageRoute({ auth: 'allow-expired', formOfAnyUser: true, body: SignInForm })
  app.post('/sign-in', form, async (request, reply) => {
    const { username, password, strategy } = request.body
    assertOffered(app, strategy)
    const show = (returnTo: string, error: string) =>
      pageOf(request, { frame: signedOutFrame(request), returnTo, username, strategy, error })
    return forms.submit(request, reply, {
      show,
      signIn: async (formKey, returnTo) => {
        const problem = credentialsProblem({ username, password })
        if (problem === undefined) await signIn(options, request, reply, { username, password, strategy, formKey })
        else reply.code(400)
        return problem === undefined ? undefined : show(returnTo, problem)
      },
    })
  })
}
