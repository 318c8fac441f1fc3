import fastifyPlugin from 'fastify-plugin'

/** What a lookup of a session is called: in this process, or in the store that all servers share. */
const LOOKUPS = { session: 'memory', 'shared-session': 'store' } as const

/**
 * Tells in every answer how long recognising the person took, and how much of that was a store's (W3C Server Timing), for
 * the browser's own tools and for `/compare`.
 */
export const serverTiming = fastifyPlugin(
  async (app) => {
    app.addHook('onSend', (request, reply, payload, done) => {
      const { authDurationMs, sessionLookup } = request
      if (authDurationMs === undefined) {
        done(null, payload)
        return
      }
      const auth = `auth;dur=${authDurationMs.toFixed(3)}`
      const lookup = sessionLookup && `${LOOKUPS[sessionLookup.strategy]};dur=${sessionLookup.durationMs.toFixed(3)}`
      reply.header('server-timing', lookup ? `${auth}, ${lookup}` : auth)
      done(null, payload)
    })
  },
  { name: '@signet/server-timing', fastify: '5.x', dependencies: ['@signet/authentication'] },
)
