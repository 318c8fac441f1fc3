import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { whenOver } from './answer-end.js'
import { ServiceError } from './errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * False for a handler that waits for nothing, or that has limits of its own and finishes what it has begun, such as
     * moving money.
     */
    timeLimit?: false
  }
  interface FastifyReply {
    limitTimer: NodeJS.Timeout | undefined
  }
}

export interface TimeLimitOptions {
  readonly limitMs: number
}

/**
 * Answers 503 for a handler that has not begun to answer within the limit. What has begun may take as long as its client
 * goes on reading. Fastify's own `handlerTimeout` takes the end of a body for the end of its client, and so limits
 * nothing that comes with one (fastify/fastify#6725).
 *
 * Does *not* stop the handler: what waits for long looks at `closedSignal`.
 */
export const timeLimit = fastifyPlugin<TimeLimitOptions>(
  async (app, { limitMs }) => {
    app.decorateReply('limitTimer', undefined)
    const begin = (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      reply.limitTimer = setTimeout(() => {
        if (!reply.sent) reply.send(tooLate(limitMs))
      }, limitMs)
      whenOver(reply, () => clearTimeout(reply.limitTimer))
      done()
    }
    const answerBegins = (
      _request: FastifyRequest,
      reply: FastifyReply,
      payload: unknown,
      done: (error: null, payload: unknown) => void,
    ) => {
      clearTimeout(reply.limitTimer)
      done(null, payload)
    }
    app.addHook('onRoute', (route) => {
      if (route.config?.timeLimit === false) return
      route.preHandler = [begin, ...[route.preHandler ?? []].flat()]
      route.onSend = [answerBegins, ...[route.onSend ?? []].flat()]
    })
  },
  { name: '@signet/time-limit', fastify: '5.x' },
)

const tooLate = (limitMs: number) =>
  new ServiceError('unavailable', undefined, {
    cause: new Error(`the handler did not answer within ${limitMs} ms`),
    headers: { 'retry-after': '1' },
  })
