import { randomUUID } from 'node:crypto'
import { type App, signedIn } from '@signet/service'
import Type from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { reviewPath } from './draft.js'
import { prefilled } from './form-rules.js'
import { FormFields, type FormOptions, type FormSteps, type SentForm } from './form-steps.js'

const Query = Type.Record(Type.String(), Type.Unknown())
const KeyParams = Type.Object({ key: Type.String() })

/** The form of a transfer, empty, filled in by a link, or with what was typed before. */
export async function transferFormRoutes(app: App, { db }: FormOptions, steps: FormSteps): Promise<void> {
  app.get<{ Querystring: Record<string, unknown> }>(
    '/transfer',
    { config: { page: true }, schema: { hide: true, querystring: Query } },
    async (request, reply) => {
      const form = prefilled(request.query, await listAccounts(db, signedIn(request).id))
      await steps.showForm(request, reply, {
        form,
        key: randomUUID(),
        returnTo: steps.safeTarget(request.query.return_to),
      })
      return reply
    },
  )

  app.get<{ Params: { key: string } }>(
    '/transfer/:key',
    { config: { page: true }, schema: { hide: true, params: KeyParams } },
    async (request, reply) => {
      const filled = steps.find(request, request.params.key)
      if (!filled) return reply.redirect('/transfer', 303)
      await steps.showForm(request, reply, filled)
      return reply
    },
  )

  // Nothing happens here but that the browser keeps what was typed: the review has an address of its own, without the fields.
  app.post<{ Body: SentForm }>(
    '/transfer/review',
    // Also for a session that has expired: the review asks for the sign-in, and finds the fields afterwards.
    { config: { auth: 'allow-expired', page: true }, schema: { hide: true, body: FormFields } },
    async (request, reply) => {
      const { identity } = request
      if (!identity) return reply.redirect('/transfer', 303)
      const filled = steps.read(request.body)
      if (steps.keep(request, reply, filled)) return reply.redirect(reviewPath(filled.key), 303)
      if (Date.parse(identity.expiresAt) <= Date.now()) return reply.redirect('/transfer', 303)
      // Only text that is too long for its field is too long to be kept.
      const reviewed = await steps.review(request, reply, filled, await listAccounts(db, signedIn(request).id))
      if (reviewed) await steps.showReview(request, reply, filled, reviewed)
      return reply
    },
  )
}
