import type { KeySource } from '@signet/auth/verifier'
import { demo } from '@signet/demo'
import type { App, SharedStore } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { RetirementConfig } from '../config.js'
import { labRoutes } from './who-may-sign/routes.js'

export interface RetirementDemoOptions {
  readonly config: RetirementConfig
  readonly shared: SharedStore
  readonly keys: KeySource
}

/** Registers retirement's demo pages: token lab, `/who-may-sign` and the tour. The product works without them. */
async function retirementDemo(app: App, { config, shared, keys }: RetirementDemoOptions): Promise<void> {
  await app.register(demo, { service: 'retirement', config, shared })
  app.onRevokedAtBank((request) =>
    request.noteAsked({ whom: 'bank', what: 'POST /api/logout', answer: '200, session revoked' }),
  )
  await labRoutes(app, {
    keys,
    secrets: config.JWT_SECRET,
    bankUrl: config.BANK_URL,
    bankInternalUrl: config.BANK_INTERNAL_URL,
  })
}

export default fastifyPlugin(retirementDemo, {
  name: '@signet/retirement-demo',
  fastify: '5.x',
  dependencies: ['@signet/retirement-sign-out'],
})
