import { demoAssetUrl } from '@signet/demo'
import { type App, callContext } from '@signet/service'
import { createLook } from './look.js'
import { OperationsPage } from './page.js'

export interface OperationsRoutesOptions {
  readonly bankInternalUrl: string
  readonly retirementInternalUrl: string
}

/**
 * `/operations`: how both services are, for whoever has no Grafana at hand. For everybody, signed in or not: the numbers
 * are about no one. Only for a demo: elsewhere `/metrics` is behind the front door.
 */
export async function operationsRoutes(app: App, options: OperationsRoutesOptions): Promise<void> {
  const { bankInternalUrl, retirementInternalUrl } = options
  const services = [
    { name: 'Signet Bank', internalUrl: bankInternalUrl },
    { name: 'Signet Retirement', internalUrl: retirementInternalUrl },
  ]
  const look = createLook(services, (error) => {
    app.log.debug({ err: error }, 'the metrics of a replica could not be read')
  })
  const stylesheets = [demoAssetUrl('bars.css'), demoAssetUrl('operations.css')]
  const scripts = [demoAssetUrl('operations.js')]

  app.get(
    '/operations',
    // A page that asks for itself every three seconds would fill a tour with nothing else.
    { config: { auth: 'optional', page: true, traced: false }, schema: { hide: true } },
    async (request, reply) => {
      const plain = request.pageFrame('operations')
      const assets = { ...plain.assets, more: [...(plain.assets.more ?? []), ...stylesheets], scripts }
      return reply.page(
        OperationsPage({ frame: { ...plain, path: '/operations', assets }, look: await look(callContext(request)) }),
      )
    },
  )
}
