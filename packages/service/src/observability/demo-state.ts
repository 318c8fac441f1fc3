import fastifyPlugin from 'fastify-plugin'
import { Gauge } from 'prom-client'
import type { CommonConfig } from '../config/common.js'

export interface DemoStateOptions {
  readonly demo: CommonConfig['DEMO']
}

/** Whether the demo is on, as a metric and as a line in the log at start: its users' passwords are public. */
export const demoState = fastifyPlugin<DemoStateOptions>(
  async (app, { demo }) => {
    new Gauge({
      name: 'demo_enabled',
      help: '1 where the demo is on, with its users and labs; else 0',
      registers: [app.metrics],
    }).set(demo === false ? 0 : 1)
    app.addHook('onListen', async () => {
      if (demo === 'public')
        app.log.warn('the demo is on for everyone (DEMO=public): the passwords of its users are public')
      else if (demo) app.log.info('the demo is on (DEMO=1): the passwords of its users are public')
    })
  },
  { name: '@signet/demo-state', fastify: '5.x', dependencies: ['@signet/metrics'] },
)
