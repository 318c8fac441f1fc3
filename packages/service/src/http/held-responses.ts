import type { FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { whenOver } from './answer-end.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly heldResponses: HeldResponses
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
      hold: (reply) => {
        if (isClosing || held.size >= MAX_HELD) return undefined
        const controller = new AbortController()
        held.add(controller)
        whenOver(reply, () => {
          held.delete(controller)
          controller.abort()
        })
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
