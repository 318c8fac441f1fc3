import { type App, isUuid, pageRoute, ServiceError, signedIn } from '@signet/service'
import Type from 'typebox'
import type { FormOptions, FormSteps } from './form-steps.js'
import { ReceiptPage } from './receipt-page.js'
import { findTransfer } from './store.js'

const IdParams = Type.Object({ id: Type.String() })
const Query = Type.Object({ return_to: Type.Optional(Type.Unknown()) })

/** Registers the page of one transfer. */
export async function transferReceiptRoutes(
  app: App,
  { db, retirementUrl }: FormOptions,
  steps: FormSteps,
): Promise<void> {
  app.get('/transfers/:id', pageRoute({ params: IdParams, querystring: Query }), async (request, reply) => {
    const { id: userId } = signedIn(request)
    const { id } = request.params
    const transfer = isUuid(id) ? await findTransfer(db, userId, id) : null
    if (!transfer) throw new ServiceError('not_found', 'You have no such transfer.')
    const back = steps.safeTarget(request.query.return_to)
    const label = back?.startsWith(`${retirementUrl}/`) ? 'Back to Retirement' : 'Done'
    return reply.page(
      ReceiptPage({
        frame: request.pageFrame('transfer'),
        transfer,
        mine: transfer.userId === userId,
        back: { href: back ?? '/', label },
        here: receiptPath(id, back),
      }),
    )
  })
}

export function receiptPath(id: string, back: string | undefined): string {
  return `/transfers/${id}${back === undefined ? '' : `?${new URLSearchParams({ return_to: back })}`}`
}
