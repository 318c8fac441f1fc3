import fastifyPlugin from 'fastify-plugin'

/**
 * Closes each connection that becomes idle during shutdown. Node.js closes idle connections only once, at its beginning: a
 * keep-alive connection that was serving a request then would delay the exit until its timeout.
 */
export const closing = fastifyPlugin(
  async (app) => {
    let isClosing = false
    app.addHook('preClose', async () => {
      isClosing = true
    })
    app.addHook('onResponse', async () => {
      // In the next turn, so that a pipelined request counts as pending.
      if (isClosing) setImmediate(() => app.server.closeIdleConnections())
    })
  },
  { name: '@signet/closing', fastify: '5.x' },
)
