import { type App, callContext, pageRoute } from '@signet/service'
import type { BankDemoOptions } from '../options.js'
import { OperationsPage } from './page.js'
import { createServicePoll } from './poll-services.js'

/**
 * Registers `/operations`, which shows the health of both services without Grafana. It needs no sign-in: the figures
 * contain no personal data. Demo only: in production the front door does not expose `/metrics`.
 */
export async function operationsRoutes(app: App, { config }: BankDemoOptions): Promise<void> {
  const services = [
    { name: 'Signet Bank', internalUrl: config.BANK_INTERNAL_URL },
    { name: 'Signet Retirement', internalUrl: config.RETIREMENT_INTERNAL_URL },
  ]
  const look = createServicePoll(services, (error) => {
    app.log.debug({ err: error }, 'could not read the metrics of a replica')
  })

  // The page reloads itself every 3 seconds, which would fill a tour's recording.
  app.get('/operations', pageRoute({ auth: 'optional', traced: false }), async (request, reply) => {
    const { atMs, services } = await look({ context: callContext(request), nowMs: request.receivedAtMs })
    return reply.page(OperationsPage({ frame: request.pageFrame('operations'), atMs, services }))
  })
}
