import { type App, apiRoute, ok, pageRoute, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { FormText, Typed } from '../printable-text.js'
import { recentProof } from '../sign-in/check-password.js'
import { shownRefusal } from '../sign-in/forms.js'
import { survivesLoss } from '../sign-in-methods/rules.js'
import { findSignInMethods } from '../sign-in-methods/store.js'
import { Token } from '../token-answer.js'
import { changePassword, dropPassword, type PasswordChangeOptions } from './change.js'
import {
  PASSWORD_PATH,
  PasswordPage,
  type PasswordPageProps,
  PasswordSection,
  REMOVAL_PATH,
  RemovalPage,
  type RemovalPageProps,
} from './page.js'
import { mayOmitPassword } from './rules.js'

const Change = Type.Object(
  { currentPassword: Type.Optional(Typed(1024)), newPassword: Typed(1024) },
  { additionalProperties: false },
)
const ChangeForm = Type.Object({ current_password: Type.Optional(FormText), new_password: FormText })
const RemovalForm = Type.Object({ password: Type.Optional(FormText) })

const PROBLEM_OF: Readonly<Record<string, keyof PasswordPageProps>> = {
  invalid_credentials: 'currentProblem',
  invalid_request: 'newProblem',
}

/** Registers the change and the removal of the password, for the API and for pages. */
export const passwordChange = fastifyPlugin(passwordChangeRoutes, {
  name: '@signet/bank-password-change',
  dependencies: ['@signet/bank-sessions', '@signet/bank-passwords', '@signet/bank-limits'],
})

async function passwordChangeRoutes(app: App, options: PasswordChangeOptions): Promise<void> {
  const { db } = options
  const { sections, done } = app.securitySlots
  done.set('password', 'Your password has been changed. You are signed out everywhere else.')
  done.set('no-password', 'Your password has been removed. You are signed out everywhere else.')
  sections.push(async (request) => {
    const methods = await findSignInMethods(db, signedIn(request).id)
    const isRemovable = survivesLoss({ ...methods, hasPassword: false })
    return PasswordSection({ ...methods, changedAt: methods.passwordChangedAt, isRemovable })
  })

  const change = apiRoute('sign-in', 'changePassword', 'Change the password', {
    description:
      'Revokes every session of this user and gives the caller a new one. currentPassword may be omitted for five minutes after a login with a passkey or a recovery code.',
    body: Change,
    data: Token,
    failed: [400, 401, 403, 415, 429, 503],
  })
  app.post('/api/password', change, async (request, reply) =>
    ok(await changePassword(options, request, reply, request.body)),
  )

  const withoutPassword = apiRoute('sign-in', 'removePassword', 'Remove the password', {
    description:
      'For a user with two passkeys, or with a passkey and unused recovery codes, who has authenticated in the last five minutes. Revokes every session of this user and gives the caller a new one.',
    data: Token,
    failed: [401, 403, 404, 503],
  })
  app.delete('/api/password', withoutPassword, async (request, reply) =>
    ok(await dropPassword(options, request, reply)),
  )

  async function showForm(request: FastifyRequest, reply: FastifyReply, problems: Partial<PasswordPageProps> = {}) {
    const { hasPassword } = await findSignInMethods(db, signedIn(request).id)
    const omitsCurrent = mayOmitPassword(recentProof(request))
    return reply.page(PasswordPage({ frame: request.pageFrame('security'), hasPassword, omitsCurrent, ...problems }))
  }

  app.get(PASSWORD_PATH, pageRoute(), (request, reply) => showForm(request, reply))

  app.post(PASSWORD_PATH, pageRoute({ body: ChangeForm }), async (request, reply) => {
    const { current_password: currentPassword, new_password: newPassword } = request.body
    try {
      await changePassword(options, request, reply, { currentPassword, newPassword })
    } catch (error) {
      const { code, sentence } = shownRefusal(error, request, reply)
      return showForm(request, reply, { [PROBLEM_OF[code] ?? 'error']: sentence })
    }
    return reply.redirect('/security?done=password', 303)
  })

  const removal = (request: FastifyRequest, problems: Partial<RemovalPageProps> = {}) =>
    RemovalPage({ frame: request.pageFrame('security'), asksPassword: !recentProof(request), ...problems })

  app.get(REMOVAL_PATH, pageRoute(), async (request, reply) => reply.page(removal(request)))

  app.post(REMOVAL_PATH, pageRoute({ body: RemovalForm }), async (request, reply) => {
    try {
      await dropPassword(options, request, reply, request.body.password)
    } catch (error) {
      const { isWrongPassword, sentence } = shownRefusal(error, request, reply)
      return reply.page(removal(request, { [isWrongPassword ? 'passwordProblem' : 'error']: sentence }))
    }
    return reply.redirect('/security?done=no-password', 303)
  })
}
