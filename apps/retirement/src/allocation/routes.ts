import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, ServiceError, signedIn } from '@signet/service'
import Type from 'typebox'
import { findOrCreatePlan } from '../plan/store.js'
import { isAllocationName } from './rules.js'
import { saveAllocation } from './store.js'

export async function allocationRoutes(app: App, { db }: { db: RetirementDatabase }): Promise<void> {
  app.post<{ Body: { allocation: string } }>(
    '/allocation',
    {
      config: { page: true, keepFields: ['allocation'] },
      schema: { hide: true, body: Type.Object({ allocation: Type.String({ maxLength: 32 }) }) },
    },
    async (request, reply) => {
      const { allocation } = request.body
      if (!isAllocationName(allocation)) throw new ServiceError('invalid_request', 'Choose one of the allocations.')
      const { userId } = await findOrCreatePlan(db, signedIn(request).id)
      await saveAllocation(db, userId, allocation)
      return reply.redirect('/?saved=allocation#allocation', 303)
    },
  )
}
