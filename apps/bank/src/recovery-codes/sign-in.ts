import { type App, apiRoute, ok, pageRoute, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { sessionIdOfForm } from '../form-key.js'
import { countingFailures } from '../limits/attempts.js'
import { addNoticeOfNewSession } from '../notices/store.js'
import type { BankOptions } from '../options.js'
import { counted } from '../outcomes.js'
import { FormText, Typed } from '../printable-text.js'
import { ReturnTo, SignInFields, signedOutFrame, signInForms } from '../sign-in/forms.js'
import { foldUsername, isUsername } from '../sign-in/rules.js'
import { CODE_SIGN_IN_PATH, CodeSignInPage } from './page.js'
import { hashOfCode } from './rules.js'
import { consumeCode, findCodeHolder, invalidCode } from './store.js'

export type CodeSignInOptions = Pick<BankOptions, 'db' | 'cookieScope' | 'bankUrl' | 'origins' | 'closedUserIds'>

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
    return countingFailures(takeBack, async () => {
      const holder = isUsername(folded) ? await findCodeHolder(db, codeHash, folded) : null
      if (!holder || closedUserIds.includes(holder.person.id)) throw invalidCode()
      // A used code may belong to this form. Otherwise nothing is signed out for it.
      if (!holder.isUsed) await userSessions.revokePresented(request)
      return userSessions.create(request, reply, holder.person, {
        id: sessionIdOfForm(formKey, holder.person.id),
        amr: AMR,
        claim: async (transaction, session) => {
          await consumeCode(transaction, codeHash, timeOf(request))
          await addNoticeOfNewSession(transaction, session, 'recovery_code_used')
        },
      })
    })
  })
}

const Credentials = Type.Object({ username: Typed(256), recoveryCode: Typed(256) }, { additionalProperties: false })
const CodeForm = Type.Object({ username: FormText, recovery_code: FormText, ...SignInFields })

export function codeSignInRoutes(app: App, options: CodeSignInOptions): void {
  const forms = signInForms(options)

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

  const empty = pageRoute({ auth: 'optional', querystring: Type.Object(ReturnTo) })
  app.get(CODE_SIGN_IN_PATH, empty, async (request, reply) => {
    forms.begin(reply)
    return reply.page(CodeSignInPage({ frame: request.pageFrame(), returnTo: forms.target(request.query.return_to) }))
  })

  const form = pageRoute({ auth: 'allow-expired', formOfAnyUser: true, body: CodeForm })
  app.post(CODE_SIGN_IN_PATH, form, async (request, reply) => {
    const { username, recovery_code: recoveryCode } = request.body
    return forms.submit(request, reply, {
      show: (returnTo, error) => CodeSignInPage({ frame: signedOutFrame(request), returnTo, username, error }),
      signIn: async (formKey) => {
        await signInWithCode(options, request, reply, { username, recoveryCode, formKey })
        return undefined
      },
    })
  })
}
