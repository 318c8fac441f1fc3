import fastifyPlugin from 'fastify-plugin'

/** Tells in every answer how long recognising the person took (W3C Server Timing), for the browser's own tools. */
export const serverTiming = fastifyPlugin(
  async (app) => {
    app.addHook('onSend', async (request, reply) => {
      if (request.authDurationMs !== undefined) {
        reply.header('server-timing', `auth;dur=${request.authDurationMs.toFixed(3)}`)
      }
    })
  },
  { name: '@signet/server-timing', fastify: '5.x', dependencies: ['@signet/authentication'] },
)
