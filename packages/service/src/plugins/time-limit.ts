import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { ServiceError } from '../errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler waits for nothing: no time limit is set up for it. */
    answersAtOnce?: boolean
  }
}

export interface TimeLimitOptions {
  readonly limitMs: number
}

/**
 * Answers 503 for a handler that has not begun to answer within the limit. What has begun may take as long as its client
 * takes to read it. Fastify's own `handlerTimeout` takes the end of a body for the end of its client, and so limits
 * nothing that comes with one (fastify/fastify#6725).
 *
 * Does *not* stop the handler: what waits for long looks at `closedSignal`.
 */
export const timeLimit = fastifyPlugin<TimeLimitOptions>(
  async (app, { limitMs }) => {
    const begin = (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const timer = setTimeout(() => {
        if (!reply.sent && !reply.raw.headersSent)
          reply.send(new ServiceError('unavailable', undefined, { headers: { 'retry-after': '1' } }))
      }, limitMs)
      reply.raw.once('close', () => clearTimeout(timer))
      done()
    }
    app.addHook('onRoute', (route) => {
      if (!route.config?.answersAtOnce) route.preHandler = [begin, ...[route.preHandler ?? []].flat()]
    })
  },
  { name: '@signet/time-limit', fastify: '5.x' },
)

/** Aborted when nobody waits for the answer any more: it has been sent, or its client has gone. */
export function closedSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  if (raw.closed) controller.abort()
  else raw.once('close', () => controller.abort())
  return controller.signal
}
