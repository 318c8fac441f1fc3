import type { FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    readonly heldResponses: HeldResponses
  }
  interface FastifyContextConfig {
    /**
     * False for a handler that waits for nothing, or that has its own limits, such as one that holds its response. For plugins that
     * limit the time of handlers.
     */
    timeLimit?: false
  }
}

interface HeldResponses {
  /**
   * Returns a signal that is aborted when the client has disconnected, the response is complete, or this process closes.
   * Undefined when so many responses are held that this one must not be.
   */
  hold(reply: FastifyReply): AbortSignal | undefined
  count(): number
}

/** Each costs a connection and a timer. Half of the connections stay free for other requests. */
const MAX_HELD = 4_096

/** Bounds the responses that wait for an event, and ends them when the service closes. */
export const heldResponses = fastifyPlugin(
  async (app) => {
    const held = new Set<AbortController>()
    let isClosing = false
    app.decorate('heldResponses', {
      hold: ({ raw, request }) => {
        if (isClosing || held.size >= MAX_HELD) return undefined
        const controller = new AbortController()
        const { socket } = request.raw
        const over = () => {
          raw.off('close', over)
          socket.off('close', over)
          held.delete(controller)
          controller.abort()
        }
        held.add(controller)
        raw.on('close', over)
        // A response that waits behind others on its connection does not close with it.
        socket.on('close', over)
        if (raw.closed || socket.destroyed) over()
        return controller.signal
      },
      count: () => held.size,
    })
    app.addHook('preClose', async () => {
      isClosing = true
      for (const controller of held) controller.abort()
    })
  },
  { name: '@signet/held-responses', fastify: '5.x' },
)
