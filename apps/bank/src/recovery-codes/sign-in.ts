import { AuthError, type CookieScope, safeReturnTo } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, apiRoute, ok, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { cookieProbe, cookiesSentence, formKeyOf, sessionIdOfForm } from '../form-key.js'
import { addNoticeOfNewSession } from '../notices/store.js'
import { counted } from '../outcomes.js'
import { FormText, Typed } from '../printable-text.js'
import { foldUsername, isUsername } from '../sign-in/rules.js'
import { shownSignInRefusal } from '../sign-in/shown-refusal.js'
import { CODE_SIGN_IN_PATH, CodeSignInPage } from './page.js'
import { hashOfCode } from './rules.js'
import { consumeCode, findCodeHolder, invalidCode } from './store.js'

interface CodeSignInOptions {
  readonly db: BankDatabase
  /** Users without access. They are treated like unknown usernames. */
  readonly closedUserIds: readonly string[]
}

interface PresentedCode {
  readonly username: string
  readonly recoveryCode: string
  readonly formKey?: string | undefined
}

/** RFC 8176: a one-time password. */
const AMR = ['otp']

/**
 * Signs in with a recovery code and consumes it, in the transaction that creates the session. A repeated form gets the session
 * that it created, as at a login with a password. Returns the token.
 *
 * @throws {AuthError} `invalid_credentials`, the same for an unknown username and for a wrong, used or replaced code.
 * @throws {ServiceError} `rate_limited`, counted with the failures of passwords.
 */
function signInWithCode(
  { db, closedUserIds }: CodeSignInOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, recoveryCode, formKey }: PresentedCode,
): Promise<string> {
  const { attempts, signInOutcomes, userSessions } = request.server
  const folded = foldUsername(username)
  const codeHash = hashOfCode(recoveryCode)
  return counted(signInOutcomes, async () => {
    const takeBack = await attempts.countSignIn(folded, request.ip, request.receivedAtMs)
    let wrong = false
    try {
      const holder = isUsername(folded) ? await findCodeHolder(db, codeHash, folded) : null
      if (!holder || closedUserIds.includes(holder.person.id)) throw invalidCode()
      // A used code may belong to this form. Otherwise nothing is signed out for it.
      if (!holder.isUsed) await userSessions.revokePresented(request)
      return await userSessions.create(request, reply, holder.person, {
        id: sessionIdOfForm(formKey, holder.person.id),
        amr: AMR,
        claim: async (transaction, session) => {
          await consumeCode(transaction, codeHash, new Date(request.receivedAtMs))
          await addNoticeOfNewSession(transaction, session, 'recovery_code_used')
        },
      })
    } catch (error) {
      wrong = error instanceof AuthError && error.code === 'invalid_credentials'
      throw error
    } finally {
      if (!wrong) await takeBack()
    }
  })
}

export interface CodeSignInRoutesOptions extends CodeSignInOptions {
  readonly cookieScope: CookieScope
  readonly bankUrl: string
  /** The origins that a sign-in may redirect to. */
  readonly origins: readonly string[]
}

const Credentials = Type.Object({ username: Typed(256), recoveryCode: Typed(256) }, { additionalProperties: false })
const CodeForm = Type.Object({
  username: FormText,
  recovery_code: FormText,
  return_to: Type.Optional(Type.Unknown()),
  form_key: Type.Optional(Type.Unknown()),
})
const CodeQuery = Type.Object({ return_to: Type.Optional(Type.Unknown()) })

/** Registers the login with a recovery code, for the API and as a page. */
export async function codeSignInRoutes(app: App, options: CodeSignInRoutesOptions): Promise<void> {
  const { bankUrl, origins } = options
  const probe = cookieProbe(options.cookieScope)
  const target = (value: unknown) => safeReturnTo(value, origins, `${bankUrl}/`)

  const login = apiRoute('sign-in', 'loginWithRecoveryCode', 'Sign in with a recovery code', {
    auth: 'allow-expired',
    security: [],
    description: 'Consumes the code, sets the cookies and returns the JWT for clients without cookies.',
    body: Credentials,
    data: Type.String({ description: 'The JWT' }),
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  app.post('/api/login/recovery-code', login, async (request, reply) =>
    ok(await signInWithCode(options, request, reply, request.body)),
  )

  app.get(CODE_SIGN_IN_PATH, pageRoute({ auth: 'optional', querystring: CodeQuery }), async (request, reply) => {
    probe.set(reply)
    return reply.page(CodeSignInPage({ frame: request.pageFrame(), returnTo: target(request.query.return_to) }))
  })

  app.post(
    CODE_SIGN_IN_PATH,
    pageRoute({ auth: 'allow-expired', formOfAnyUser: true, body: CodeForm }),
    async (request, reply) => {
      const { username, recovery_code: recoveryCode } = request.body
      const returnTo = target(request.body.return_to)
      const formKey = formKeyOf(request.body.form_key)
      const frame = { ...request.pageFrame(), person: undefined, nav: [] }
      if (probe.isMissing(request, formKey)) {
        probe.set(reply)
        return reply.code(400).page(CodeSignInPage({ frame, returnTo, username, error: cookiesSentence(bankUrl) }))
      }
      try {
        await signInWithCode(options, request, reply, { username, recoveryCode, formKey })
      } catch (error) {
        const sentence = shownSignInRefusal(error, request, reply)
        return reply.page(CodeSignInPage({ frame, returnTo, username, error: sentence }))
      }
      probe.clear(request, reply)
      return reply.redirect(returnTo, 303)
    },
  )
}
