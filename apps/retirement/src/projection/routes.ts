import { type App, apiRoute, ok, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { returnsOf } from '../allocation/rules.js'
import { MAX_MONTHLY_MINOR, MAX_YEARS, project } from './rules.js'

const MinorEachYear = (description: string) => Type.Array(Type.Integer(), { description })
const Projection = Type.Object({
  years: Type.Array(Type.Integer(), { description: 'Years from now' }),
  low: MinorEachYear('Minor units; 10th percentile'),
  expected: MinorEachYear('Minor units; median'),
  high: MinorEachYear('Minor units; 90th percentile'),
})
const Question = Type.Object({
  years: Type.Integer({ minimum: 1, maximum: MAX_YEARS }),
  monthly: Type.Integer({ minimum: 0, maximum: MAX_MONTHLY_MINOR, description: 'Monthly contribution in minor units' }),
})

export interface ProjectionOptions {
  /** Returns the balance and allocation that a user's projection starts from. */
  readonly startingPoint: (userId: string) => Promise<{ readonly balanceMinor: number; readonly allocation: string }>
}

/** Registers `GET /api/projection`. */
export const projection = fastifyPlugin(projectionRoutes, {
  name: '@signet/retirement-projection',
  dependencies: ['@signet/authentication'],
})

async function projectionRoutes(app: App, { startingPoint }: ProjectionOptions): Promise<void> {
  const description = apiRoute('plan', 'getProjection', 'Project your plan', {
    querystring: Question,
    data: Projection,
    failed: [400, 401, 503],
  })
  app.get('/api/projection', description, async (request) => {
    const { years, monthly: monthlyMinor } = request.query
    const { balanceMinor, allocation } = await startingPoint(signedIn(request).id)
    return ok(project({ balanceMinor, years, monthlyMinor, ...returnsOf(allocation) }))
  })
}
