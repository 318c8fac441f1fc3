import fastifyPlugin from 'fastify-plugin'

/**
 * Closes each connection that becomes idle while the service closes. Node.js does so only once, when it begins to close: a
 * keep-alive connection that was serving a request then would hold the process until its time limit.
 */
export const closing = fastifyPlugin(
  async (app) => {
    let isClosing = false
    app.addHook('preClose', async () => {
      isClosing = true
    })
    app.addHook('onResponse', async () => {
      // After this turn, so that a request that was pipelined behind it counts as under way.
      if (isClosing) setImmediate(() => app.server.closeIdleConnections())
    })
  },
  { name: '@signet/closing', fastify: '5.x' },
)
