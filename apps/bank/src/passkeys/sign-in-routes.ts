import { requestOptions } from '@signet/auth/issuer'
import { AuthError, type StrategyName, safeReturnTo } from '@signet/auth/verifier'
import { type App, apiRoute, isTooOften, ok, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { BankOptions } from '../options.js'
import { counted } from '../outcomes.js'
import { assertOffered, Strategy } from '../sign-in/rules.js'
import { Token } from '../token-answer.js'
import { begin, type CeremonyOptions, provePasskey } from './ceremonies.js'
import { CeremonyOptionsJson, Credential, CredentialText, readCredential } from './schemas.js'
import { claimPasskey } from './store.js'

/** Open sign-in pages of one client address that may request a challenge per minute, which each store a row. */
const CHALLENGES_PER_MINUTE = 300

const Login = Type.Object({ credential: Credential, strategy: Strategy }, { additionalProperties: false })
const SignInForm = Type.Object({
  credential: CredentialText,
  strategy: Strategy,
  return_to: Type.Optional(Type.Unknown()),
})

type PasskeySignInOptions = CeremonyOptions & Pick<BankOptions, 'bankUrl' | 'origins'>

export function passkeySignInRoutes(app: App, options: PasskeySignInOptions): void {
  const { userSessions, attempts, signInOutcomes } = app
  const countChallenge = attempts.limitByAddress('passkey-challenge:address', CHALLENGES_PER_MINUTE)

  /** Proves a passkey, revokes the earlier sessions of this browser and creates one. Returns as a login with a password does. */
  async function signIn(request: FastifyRequest, reply: FastifyReply, credential: unknown, strategy?: StrategyName) {
    assertOffered(app, strategy)
    return counted(signInOutcomes, async () => {
      const { passkeyId, person, amr } = await provePasskey(options, request, credential, {
        purposes: ['sign-in'],
        userId: null,
      })
      await userSessions.revokePresented(request)
      return userSessions.create(request, reply, person, { strategy, amr, claim: claimPasskey(passkeyId) })
    })
  }

  const beginning = apiRoute('sign-in', 'beginPasskeyLogin', 'Begin to sign in with a passkey', {
    auth: 'none',
    security: [],
    description:
      'Returns the options of navigator.credentials.get(), and sets a cookie that binds them to this client.',
    data: CeremonyOptionsJson,
    failed: [403, 429, 503],
  })
  app.post('/api/login/passkey/options', beginning, async (request, reply) => {
    await countChallenge(request.ip, request.receivedAtMs)
    const challenge = await begin(options, request, reply, { purpose: 'sign-in', userId: null })
    return ok(await requestOptions(options.rp, challenge, []))
  })

  const login = apiRoute('sign-in', 'loginWithPasskey', 'Sign in with a passkey', {
    auth: 'allow-expired',
    security: [],
    description: 'Sets the cookies and returns the JWT, as a login with a password does.',
    body: Login,
    data: Token,
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  app.post('/api/login/passkey', login, async (request, reply) =>
    ok(await signIn(request, reply, request.body.credential, request.body.strategy)),
  )

  app.post(
    '/sign-in/passkey',
    pageRoute({ auth: 'allow-expired', formOfAnyUser: true, body: SignInForm }),
    async (request, reply) => {
      const { credential, strategy, return_to } = request.body
      const returnTo = safeReturnTo(return_to, options.origins, `${options.bankUrl}/`)
      try {
        await signIn(request, reply, readCredential(credential), strategy)
      } catch (error) {
        if (!(error instanceof AuthError || isTooOften(error))) throw error
        request.log.info({ code: error.code }, 'sign-in refused')
        return reply.redirect(`/sign-in?${new URLSearchParams({ reason: error.code, return_to: returnTo })}`, 303)
      }
      return reply.redirect(returnTo, 303)
    },
  )
}
