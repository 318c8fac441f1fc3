import { deviceOfRequest } from '@signet/auth/issuer'
import { type App, apiRoute, ok, pageRoute, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { addNotice } from '../notices/store.js'
import type { BankOptions } from '../options.js'
import { FormText } from '../printable-text.js'
import { confirmUser, recentProof } from '../sign-in/check-password.js'
import { shownRefusal } from '../sign-in/forms.js'
import { findSignInMethods, lockUser, refuseSharedUser } from '../sign-in-methods/store.js'
import { CODES_PATH, MakeCodesPage, type MakeCodesPageProps, NewCodesPage, RecoveryCodesSection } from './page.js'
import { type CodeSignInOptions, codeSignInRoutes } from './sign-in.js'
import { findCodeState, replaceCodes } from './store.js'

interface MakeCodesOptions extends Pick<BankOptions, 'db' | 'closedUserIds' | 'sharedUserIds'> {
  /** Counts new codes of a user. @throws {ServiceError} `rate_limited` */
  countCodes(userId: string, nowMs: number): Promise<void>
}

interface CodeRequest {
  /** Confirms the request when the user has not authenticated in the last five minutes. */
  readonly password?: string | undefined
  /**
   * Version of the codes to replace, as `codeVersion` returns it. A page sends it: of a form that is sent twice, only one response
   * shows codes, and those are valid.
   */
  readonly replaces?: string | undefined
}

const codeVersion = ({ madeAt }: { readonly madeAt: Date | null }): string => madeAt?.toISOString() ?? ''

/**
 * Makes ten new recovery codes, which replace all earlier ones, and returns them. They cannot be shown again.
 *
 * @throws {ServiceError} `reauthentication_required`; `rate_limited`; `forbidden` for a shared user; `invalid_request` when other codes were made since the page was opened.
 *   Also what `checkPassword` throws.
 */
async function makeCodes(
  options: MakeCodesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { password, replaces }: CodeRequest,
): Promise<string[]> {
  const { id: userId, sid } = signedIn(request)
  refuseSharedUser(options.sharedUserIds, userId)
  await confirmUser(options, request, reply, password)
  await options.countCodes(userId, request.receivedAtMs)
  return options.db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    if (replaces !== undefined && replaces !== codeVersion(await findCodeState(transaction, userId))) {
      const sentence = 'Other codes were made since this page was opened, and cannot be shown again. Make new ones.'
      throw new ServiceError('invalid_request', sentence)
    }
    const codes = await replaceCodes(transaction, userId, timeOf(request))
    await addNotice(transaction, { id: sid, userId, ...deviceOfRequest(request) }, 'recovery_codes_made')
    return codes
  })
}

const MakeForm = Type.Object({ password: Type.Optional(FormText), replaces: FormText })
const CodeState = Type.Object({
  unused: Type.Integer(),
  madeAt: Type.Union([Type.String({ description: 'ISO 8601 UTC' }), Type.Null()]),
})

/** Each time leaves a notice. */
const NEW_CODES = {
  attempts: 10,
  durationSeconds: 3_600,
  sentence: 'You have made new codes ten times within an hour. Try again in an hour.',
}

/** Registers recovery codes: making them, and signing in with one. */
export const recoveryCodes = fastifyPlugin(
  async (app: App, options: CodeSignInOptions & Pick<BankOptions, 'sharedUserIds'>) => {
    app.securitySlots.sections.push(async (request) =>
      RecoveryCodesSection(await findCodeState(options.db, signedIn(request).id)),
    )
    codeRoutes(app, { ...options, countCodes: app.attempts.limitByUser('recovery-codes:user', NEW_CODES) })
    codeSignInRoutes(app, options)
  },
  { name: '@signet/bank-recovery-codes', dependencies: ['@signet/bank-sign-in'] },
)

function codeRoutes(app: App, options: MakeCodesOptions): void {
  const { db } = options

  const count = apiRoute('sign-in', 'getRecoveryCodes', 'Count the unused recovery codes', {
    data: CodeState,
    failed: [401, 503],
  })
  app.get('/api/recovery-codes', count, async (request) => {
    const { unused, madeAt } = await findCodeState(db, signedIn(request).id)
    return ok({ unused, madeAt: madeAt?.toISOString() ?? null })
  })

  const making = apiRoute('sign-in', 'makeRecoveryCodes', 'Make new recovery codes', {
    description:
      'Replaces all earlier codes. For a user who has authenticated in the last five minutes. The codes cannot be read again.',
    status: 201,
    data: Type.Object({ recoveryCodes: Type.Array(Type.String()) }),
    failed: [401, 403, 429, 503],
  })
  app.post('/api/recovery-codes', making, async (request, reply) =>
    reply.code(201).send(ok({ recoveryCodes: await makeCodes(options, request, reply, {}) })),
  )

  const makePage = async (request: FastifyRequest, problems: Partial<MakeCodesPageProps> = {}) => {
    const { id } = signedIn(request)
    const [state, { hasPassword }] = await Promise.all([findCodeState(db, id), findSignInMethods(db, id)])
    const confirmsWith = hasPassword ? 'password' : 'passkey'
    return MakeCodesPage({
      frame: request.pageFrame('security'),
      replaces: codeVersion(state),
      confirmsWith: recentProof(request) ? undefined : confirmsWith,
      ...problems,
    })
  }

  app.get(CODES_PATH, pageRoute(), async (request, reply) => reply.page(await makePage(request)))

  // Responds with the codes themselves: after a redirect they would have to be kept somewhere.
  app.post(CODES_PATH, pageRoute({ body: MakeForm }), async (request, reply) => {
    try {
      const codes = await makeCodes(options, request, reply, request.body)
      return reply.page(NewCodesPage({ frame: request.pageFrame('security'), codes }))
    } catch (error) {
      const { isWrongPassword, sentence } = shownRefusal(error, request, reply)
      return reply.page(await makePage(request, { [isWrongPassword ? 'passwordProblem' : 'error']: sentence }))
    }
  })
}
