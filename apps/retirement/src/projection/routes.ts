import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, failures, ok, Success, signedIn } from '@signet/service'
import Type from 'typebox'
import { returnsOf } from '../allocation/rules.js'
import { findOrCreatePlan, planBalance } from '../plan/store.js'
import { MAX_MONTHLY_MINOR, MAX_YEARS, project } from './rules.js'

const MinorEachYear = (description: string) => Type.Array(Type.Integer(), { description })
const Projection = Type.Object({
  years: Type.Array(Type.Integer(), { description: 'Years from now' }),
  low: MinorEachYear('Minor units; one in ten futures ends below'),
  expected: MinorEachYear('Minor units; half of them end above'),
  high: MinorEachYear('Minor units; one in ten ends above'),
})
const Question = Type.Object({
  years: Type.Integer({ minimum: 1, maximum: MAX_YEARS }),
  monthly: Type.Integer({ minimum: 0, maximum: MAX_MONTHLY_MINOR, description: 'Paid in each month, minor units' }),
})

export async function projectionRoutes(app: App, { db }: { db: RetirementDatabase }): Promise<void> {
  app.get<{ Querystring: { years: number; monthly: number } }>(
    '/api/projection',
    {
      schema: {
        tags: ['plan'],
        summary: 'How my plan may grow',
        querystring: Question,
        response: { 200: Success(Projection), ...failures(400, 401, 503) },
      },
    },
    async (request) => {
      const { years, monthly: monthlyMinor } = request.query
      const plan = await findOrCreatePlan(db, signedIn(request).id)
      const balanceMinor = Number(await planBalance(db, plan.userId))
      return ok(project({ balanceMinor, years, monthlyMinor, ...returnsOf(plan.allocation) }))
    },
  )
}
