import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, type Frame, failures, ok, Success, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { PlanPage } from './page.js'
import { balanceOf, contributionsOf, fundsOf } from './rules.js'
import { findOrCreatePlan, listPlanEntries } from './store.js'

const Minor = Type.Integer({ description: 'Minor units: cents' })
const Plan = Type.Object({
  balance: Minor,
  currency: Type.String(),
  contributions: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Type.String({ description: 'ISO 8601, UTC' }),
      amount: Minor,
      memo: Type.String(),
    }),
  ),
  allocation: Type.Array(Type.Object({ fund: Type.String(), percent: Type.Integer() })),
  createdAt: Type.String(),
})
const PlanQuery = Type.Object({ contributions: Type.Optional(Type.Unknown()) })

export async function planRoutes(app: App, { db, frame }: { db: RetirementDatabase; frame: Frame }): Promise<void> {
  async function planOf(request: FastifyRequest) {
    const plan = await findOrCreatePlan(db, signedIn(request).id)
    return { plan, entries: await listPlanEntries(db, plan.userId) }
  }

  app.get(
    '/api/plan',
    { schema: { tags: ['plan'], summary: 'My plan', response: { 200: Success(Plan), ...failures(401, 503) } } },
    async (request) => {
      const { plan, entries } = await planOf(request)
      return ok({
        balance: Number(balanceOf(entries)),
        currency: plan.currency,
        contributions: contributionsOf(entries)
          .reverse()
          .map(({ id, at, amount, memo }) => ({ id, at: at.toISOString(), amount: Number(amount), memo })),
        allocation: [...fundsOf(plan.allocation)],
        createdAt: plan.createdAt.toISOString(),
      })
    },
  )

  app.get<{ Querystring: { contributions?: unknown } }>(
    '/',
    { config: { page: true }, schema: { hide: true, querystring: PlanQuery } },
    async (request, reply) => {
      const allContributions = request.query.contributions === 'all'
      return reply.page(PlanPage({ frame: frame(request, 'plan'), ...(await planOf(request)), allContributions }))
    },
  )
}
