import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, pageRoute, ServiceError, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { isAllocationName } from './rules.js'
import { saveAllocation } from './store.js'

/** Registers `POST /allocation`, which changes how a plan is invested. */
export const allocation = fastifyPlugin(allocationRoutes, {
  name: '@signet/retirement-allocation',
  dependencies: ['@signet/authentication'],
})

async function allocationRoutes(app: App, { db }: { readonly db: RetirementDatabase }): Promise<void> {
  app.post(
    '/allocation',
    pageRoute({ keepFields: ['allocation'], body: Type.Object({ allocation: Type.String({ maxLength: 32 }) }) }),
    async (request, reply) => {
      const { allocation } = request.body
      if (!isAllocationName(allocation))
        throw new ServiceError('invalid_request', 'Your choice was not saved. Choose one of the listed allocations.')
      await saveAllocation(db, signedIn(request).id, allocation)
      return reply.redirect('/?saved=allocation#allocation', 303)
    },
  )
}
