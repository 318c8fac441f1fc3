import { AuthError } from '@signet/auth/verifier'
import { type App, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import Type from 'typebox'
import { FormText } from '../printable-text.js'
import { NewCodesPage } from '../recovery-codes/page.js'
import { recentProof } from '../sign-in/check-password.js'
import { findSignInMethods } from '../sign-in-methods/store.js'
import type { CeremonyOptions } from './ceremonies.js'
import { ConfirmSection, PasskeySection } from './page.js'
import { reauthenticateWithPasskey } from './reauthenticate-routes.js'
import { endPasskey, nameAgain, registerPasskey } from './routes.js'
import { CredentialText, readCredential } from './schemas.js'
import { listPasskeys } from './store.js'

const ConfirmForm = Type.Object({ password: Type.Optional(FormText), credential: Type.Optional(CredentialText) })
const AddForm = Type.Object({ name: FormText, credential: Type.Optional(CredentialText) })
const RemoveForm = Type.Object({ id: Type.String() })
const RenameForm = Type.Object({ id: Type.String(), name: FormText })

/** Registers the passkeys and the confirmation on `/security`. */
export function passkeySecurityRoutes(app: App, options: CeremonyOptions): void {
  const { db } = options
  const { sections, done, problems } = app.securitySlots
  done.set('confirmed', 'Thank you. You can change how you sign in for five minutes.')
  done.set('passkey-added', 'The passkey was added. Use it the next time you sign in.')
  done.set('passkey-removed', 'The passkey was removed. End sessions below that you do not know.')
  done.set('passkey-renamed', 'The passkey was renamed.')
  problems.set('reauthentication_required', 'Nothing was changed. Confirm that it is you first.')
  problems.set('invalid_credentials', 'The password is wrong. Try again.')
  problems.set('passkey_invalid', 'The passkey was not accepted. Nothing was changed.')
  problems.set('invalid_request', 'Nothing was changed. Use a name of 1 to 64 characters and at most 10 passkeys.')
  problems.set('forbidden', 'Nothing was changed: keep a password, two passkeys, or a passkey and recovery codes.')
  problems.set('rate_limited', 'Too many attempts. Wait a minute and try again.')

  sections.push(
    async (request) => {
      if (recentProof(request)) return undefined
      const { hasPassword, passkeys } = await findSignInMethods(db, signedIn(request).id)
      return ConfirmSection({ frame: request.pageFrame('security'), hasPassword, hasPasskey: passkeys > 0 })
    },
    async (request) =>
      PasskeySection({
        passkeys: await listPasskeys(db, signedIn(request).id),
        isConfirmed: recentProof(request) !== null,
      }),
  )

  /** Runs an action of a form and leads back to the page, which says what happened, or shows the page that it returns. */
  async function act(
    request: FastifyRequest,
    reply: FastifyReply,
    doneKey: string,
    work: () => Promise<VNode | undefined>,
  ) {
    try {
      const page = await work()
      if (page) return reply.page(page)
    } catch (error) {
      const isKnown = (error instanceof AuthError || error instanceof ServiceError) && problems.has(error.code)
      if (!isKnown) throw error
      request.log.info({ code: error.code }, 'change refused')
      return reply.redirect(`/security?problem=${error.code}`, 303)
    }
    return reply.redirect(`/security?done=${doneKey}`, 303)
  }

  app.post('/security/confirm', pageRoute({ body: ConfirmForm }), (request, reply) =>
    act(request, reply, 'confirmed', async () => {
      const { credential, password = '' } = request.body
      if (credential) await reauthenticateWithPasskey(options, request, reply, readCredential(credential))
      else await app.reauthenticate(request, reply, password)
      return undefined
    }),
  )

  app.post('/security/passkeys', pageRoute({ body: AddForm }), (request, reply) =>
    act(request, reply, 'passkey-added', async () => {
      const { name, credential = '' } = request.body
      const { recoveryCodes } = await registerPasskey(options, request, {
        name,
        credential: readCredential(credential),
      })
      // The response itself shows the codes: after a redirect they would have to be kept somewhere.
      return recoveryCodes.length > 0
        ? NewCodesPage({ frame: request.pageFrame('security'), codes: recoveryCodes })
        : undefined
    }),
  )

  app.post('/security/passkeys/remove', pageRoute({ body: RemoveForm }), (request, reply) =>
    act(request, reply, 'passkey-removed', () => endPasskey(options, request, request.body.id)),
  )

  app.post('/security/passkeys/rename', pageRoute({ body: RenameForm }), (request, reply) =>
    act(request, reply, 'passkey-renamed', () => nameAgain(options, request, request.body.id, request.body.name)),
  )
}
