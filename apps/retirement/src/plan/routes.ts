import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, apiRoute, ok, pageRoute, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { fundsOf, isAllocationName, returnsOf } from '../allocation/rules.js'
import { readQuestion } from '../projection/form.js'
import { project } from '../projection/rules.js'
import { PlanPage } from './page.js'
import { balanceOf, contributionsOf, growthOf, readPage } from './rules.js'
import { findOrCreatePlan, listContributions, listPlanEntries, sumMonths } from './store.js'

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
      origin: Type.Union([Type.Literal('bank'), Type.Literal('employer'), Type.Null()], {
        description: "For bank, the id is that of the bank's transfer",
      }),
    }),
  ),
  allocation: Type.Array(Type.Object({ fund: Type.String(), percent: Type.Integer() })),
  createdAt: Type.String(),
})
/** Accepts any query: bad values get defaults or an error beside their field, and the page is still shown. */
const PlanQuery = Type.Record(Type.String(), Type.Unknown())

export interface PlanOptions {
  readonly db: RetirementDatabase
  readonly bankUrl: string
  readonly origin: string
}

/** Registers the plan page and `GET /api/plan`. */
export const plan = fastifyPlugin(planRoutes, {
  name: '@signet/retirement-plan',
  dependencies: ['@signet/authentication', '@signet/pages'],
})

async function planRoutes(app: App, { db, bankUrl, origin }: PlanOptions): Promise<void> {
  const description = apiRoute('plan', 'getPlan', 'Get your plan', { data: Plan, failed: [401, 503] })
  app.get('/api/plan', description, async (request) => {
    const plan = await findOrCreatePlan(db, signedIn(request).id)
    const entries = await listPlanEntries(db, plan.userId)
    return ok({
      balance: Number(balanceOf(entries)),
      currency: plan.currency,
      contributions: contributionsOf(entries)
        .reverse()
        .map(({ at, amountMinor, ...entry }) => ({ ...entry, at: at.toISOString(), amount: Number(amountMinor) })),
      allocation: [...fundsOf(plan.allocation)],
      createdAt: plan.createdAt.toISOString(),
    })
  })

  app.get('/', pageRoute({ querystring: PlanQuery }), async (request, reply) => {
    const { query } = request
    const plan = await findOrCreatePlan(db, signedIn(request).id)
    const page = readPage(query.contributions)
    const [months, contributions] = await Promise.all([
      sumMonths(db, plan.userId),
      listContributions(db, plan.userId, page),
    ])
    const growth = growthOf(months)
    const question = readQuestion(query, plan.currency)
    const projection = project({
      ...question,
      balanceMinor: growth.at(-1)?.balance ?? 0,
      ...returnsOf(plan.allocation),
    })
    if (Object.keys(question.problems).length > 0) reply.code(400)
    return reply.page(
      PlanPage({
        frame: request.pageFrame('plan'),
        plan,
        growth,
        contributions,
        page,
        question,
        projection,
        bankUrl,
        origin,
        now: new Date(request.receivedAtMs),
        saved: query.saved === 'allocation',
        unsaved: query.unsaved === '1',
        chosen: isAllocationName(query.allocation) ? query.allocation : undefined,
      }),
    )
  })
}
