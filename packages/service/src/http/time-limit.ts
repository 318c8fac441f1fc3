import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { whenOver } from './answer-end.js'
import { ServiceError } from './errors.js'

declare module 'fastify' {
  interface FastifyReply {
    limitTimer: NodeJS.Timeout | undefined
  }
}

/**
 * Responds 503 for a handler that has not begun its response within the limit. A response that has begun may take as long as
 * its client reads. Fastify's own `handlerTimeout` mistakes the end of a body for the end of the client, and so does not limit
 * requests with a body (fastify/fastify#6725).
 *
 * Does *not* stop the handler: a handler with long waits must observe `closedSignal`.
 */
export const timeLimit = fastifyPlugin<{ readonly limitMs: number }>(
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
  { name: '@signet/time-limit' },
)

const tooLate = (limitMs: number) =>
  new ServiceError('unavailable', undefined, {
    cause: new Error(`the handler did not respond within ${limitMs} ms`),
    headers: { 'retry-after': '1' },
  })
