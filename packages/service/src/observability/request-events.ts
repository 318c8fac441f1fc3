import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

export type ArrivalListener = (request: FastifyRequest, reply: FastifyReply) => void
export type CompletionListener = (request: FastifyRequest, reply: FastifyReply, durationMs: number) => void

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells of every request as it arrives, before anything looks at it: for what refuses nothing and waits for nothing. */
    onArrival(listener: ArrivalListener): void
    /** Tells, once, of every request that was answered to its end; of one whose client broke off before, never. */
    onCompletion(listener: CompletionListener): void
  }
  interface FastifyRequest {
    /** When it arrived, as a reading of `performance.now()`. */
    arrivedAt: number
  }
}

/**
 * The two ends of a request, for what every request goes through. Fastify's own hooks for them cost more than recognising
 * the person (decision 0035): from hook to hook it takes several calls, and for `onResponse` it puts two listeners on each
 * answer and takes them off again.
 *
 * Register it first: what a hook before it refuses is told to nobody.
 */
export const requestEvents = fastifyPlugin(
  async (app) => {
    const arrivals: ArrivalListener[] = []
    const completions: CompletionListener[] = []
    app.decorate('onArrival', (listener: ArrivalListener) => {
      arrivals.push(listener)
    })
    app.decorate('onCompletion', (listener: CompletionListener) => {
      completions.push(listener)
    })
    app.decorateRequest('arrivedAt', 0)

    function completed(request: FastifyRequest, reply: FastifyReply): void {
      const durationMs = performance.now() - request.arrivedAt
      for (const listener of completions) {
        try {
          listener(request, reply, durationMs)
        } catch (error) {
          // Nobody is above this who could answer for it: the process would end.
          request.log.error({ err: error }, 'a completed request was not noted')
        }
      }
    }

    app.addHook('onRequest', (request, reply, done) => {
      request.arrivedAt = performance.now()
      reply.raw.once('finish', () => completed(request, reply))
      for (const listener of arrivals) listener(request, reply)
      done()
    })
  },
  { name: '@signet/request-events', fastify: '5.x' },
)
