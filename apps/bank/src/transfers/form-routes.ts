import { randomUUID } from 'node:crypto'
import { type App, pageRoute, signedIn } from '@signet/service'
import Type from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { reviewPath } from './draft.js'
import { prefilled } from './form-rules.js'
import { FormFields, type FormOptions, type FormSteps } from './form-steps.js'

const Query = Type.Record(Type.String(), Type.Unknown())
const KeyParams = Type.Object({ key: Type.String() })

/** Registers the transfer form: empty, filled in by a link, or with a draft. */
export async function transferFormRoutes(app: App, { db }: FormOptions, steps: FormSteps): Promise<void> {
  app.get('/transfer', pageRoute({ querystring: Query }), async (request, reply) => {
    const form = prefilled(request.query, await listAccounts(db, signedIn(request).id))
    await steps.showForm(request, reply, {
      form,
      key: randomUUID(),
      returnTo: steps.safeTarget(request.query.return_to),
    })
    return reply
  })

  app.get('/transfer/:key', pageRoute({ params: KeyParams }), async (request, reply) => {
    const filled = steps.find(request, request.params.key)
    if (!filled) return reply.redirect('/transfer', 303)
    await steps.showForm(request, reply, filled)
    return reply
  })

  // Saves the draft in the browser and redirects to the review, whose URL does not contain the fields.
  app.post(
    '/transfer/review',
    // Works with an expired session: the review asks for a sign-in and finds the draft afterwards.
    pageRoute({ auth: 'allow-expired', body: FormFields }),
    async (request, reply) => {
      const { identity } = request
      if (!identity) return reply.redirect('/transfer', 303)
      const filled = steps.read(request.body)
      if (steps.keep(request, reply, filled)) return reply.redirect(reviewPath(filled.key), 303)
      if (Date.parse(identity.expiresAt) <= request.receivedAtMs) return reply.redirect('/transfer', 303)
      // A draft exceeds the cookie only if a field exceeds its own limit.
      const reviewed = await steps.review(request, reply, filled, await listAccounts(db, signedIn(request).id))
      if (reviewed) await steps.showReview(request, reply, filled, reviewed)
      return reply
    },
  )
}
