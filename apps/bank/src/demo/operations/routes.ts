import { demoAssetUrl } from '@signet/demo'
import { type App, callContext } from '@signet/service'
import { OperationsPage } from './page.js'
import { createServicePoll } from './poll-services.js'

export interface OperationsRoutesOptions {
  readonly bankInternalUrl: string
  readonly retirementInternalUrl: string
}

/**
 * Registers `/operations`, which shows the health of both services without Grafana. It needs no sign-in: the figures
 * contain no personal data. Demo only: in production the front door does not expose `/metrics`.
 */
export async function operationsRoutes(app: App, options: OperationsRoutesOptions): Promise<void> {
  const { bankInternalUrl, retirementInternalUrl } = options
  const services = [
    { name: 'Signet Bank', internalUrl: bankInternalUrl },
    { name: 'Signet Retirement', internalUrl: retirementInternalUrl },
  ]
  const look = createServicePoll(services, (error) => {
    app.log.debug({ err: error }, 'could not read the metrics of a replica')
  })
  const stylesheets = [demoAssetUrl('bars.css'), demoAssetUrl('operations.css')]
  const scripts = [demoAssetUrl('operations.js')]

  app.get(
    '/operations',
    // The page reloads itself every 3 seconds, which would fill a tour's recording.
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
