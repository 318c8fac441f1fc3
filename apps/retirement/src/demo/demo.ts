import { demo } from '@signet/demo'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { RetirementServiceOptions } from '../service.js'
import { labRoutes } from './who-may-sign/routes.js'

/** Registers retirement's demo pages: token lab, `/who-may-sign` and the tour. The product works without them. */
async function retirementDemo(app: App, options: Omit<RetirementServiceOptions, 'db'>): Promise<void> {
  await app.register(demo, { service: 'retirement', ...options })
  app.onRevokedAtBank((request) =>
    request.noteAsked({ whom: 'bank', what: 'POST /api/logout', answer: '200, session revoked' }),
  )
  await labRoutes(app, options)
}

export default fastifyPlugin(retirementDemo, {
  name: '@signet/retirement-demo',
  fastify: '5.x',
  dependencies: ['@signet/retirement-sign-out'],
})
