import fastifyPlugin from 'fastify-plugin'
import { Gauge } from 'prom-client'
import type { CommonConfig } from '../config/common.js'

export interface DemoStateOptions {
  readonly demo: CommonConfig['DEMO']
}

/** Reports in a metric and in the log at start whether the demo is on, because its users' passwords are public. */
export const demoState = fastifyPlugin<DemoStateOptions>(
  async (app, { demo }) => {
    new Gauge({
      name: 'demo_enabled',
      help: '1 if the demo with its users and labs is on, else 0',
      registers: [app.metrics],
    }).set(demo === false ? 0 : 1)
    app.addHook('onListen', async () => {
      if (demo === 'public') app.log.warn('the demo is on for any host (DEMO=public): its users have public passwords')
      else if (demo) app.log.info('the demo is on (DEMO=1): its users have public passwords')
    })
  },
  { name: '@signet/demo-state', dependencies: ['@signet/metrics'] },
)
