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

/** Everything that retirement shows in a demo, and nothing that it needs: the token lab, "who may sign", the tour's part. */
async function retirementDemo(app: App, { config, shared, keys }: RetirementDemoOptions): Promise<void> {
  await app.register(demo, { service: 'retirement', config, shared })
  app.onRevokedAtBank((request) =>
    request.noteAsked({ whom: 'bank', what: 'POST /api/logout', answer: '200, ended everywhere' }),
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
