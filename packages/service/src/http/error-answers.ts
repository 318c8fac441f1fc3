import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { Counter } from 'prom-client'
import { ClientDisconnected } from './answer-end.js'
import { failure } from './envelope.js'
import { SERVICE_ERRORS } from './errors.js'
import { allowedMethods } from './method-index.js'
import { type Problem, toProblem } from './problem.js'
import { isApiPath } from './request-target.js'

export interface ErrorAnswersOptions {
  /** Whether an error means that something this service needs (its database) cannot be reached: 503, not 500. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Shows a problem as a page. */
  readonly renderProblem: (request: FastifyRequest, problem: Problem) => VNode
  /** Leads a person whom a page could not recognise to the sign-in. */
  readonly leadToSignIn: (request: FastifyRequest, reply: FastifyReply, reason: string) => FastifyReply
}

/** The one place where an error becomes an answer: JSON for programs, a page or a way to the sign-in for people. */
export const errorAnswers = fastifyPlugin<ErrorAnswersOptions>(
  async (app, { isUnavailable, renderProblem, leadToSignIn }) => {
    const answers = new Counter({
      name: 'error_answers_total',
      help: 'Requests that were refused or failed, by the code of the answer',
      labelNames: ['code'],
      registers: [app.metrics],
    })

    function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
      answers.inc({ code: problem.code })
      const page = wantsPage(request)
      if (page && problem.statusCode === 401) return leadToSignIn(request, reply, problem.reason)
      reply.code(problem.statusCode).headers(problem.headers)
      if (page) return reply.page(renderProblem(request, problem))
      // A serializer of the route would drop members that its schema for this status does not name.
      return reply
        .serializer(JSON.stringify)
        .type('application/json; charset=utf-8')
        .send(failure(problem.sentence, problem.code))
    }

    app.setErrorHandler((error: FastifyError, request, reply) => {
      if (error instanceof ClientDisconnected || isAborted(request)) {
        request.log.info('client disconnected before the response')
        return reply.hijack()
      }
      const problem = toProblem(error, isUnavailable)
      const line = { code: problem.code, detail: detailOf(error) }
      if (problem.statusCode >= 500) request.log.error({ err: error, ...line }, 'request failed')
      else request.log.info(line, 'request refused')
      return answer(request, reply, problem)
    })

    app.setNotFoundHandler((request, reply) => {
      const allowed = allowedMethods(app, request.url)
      // A route that takes the method found nothing there itself: a style sheet, say.
      const wrongMethod = allowed.length > 0 && !allowed.includes(request.method)
      const code = wrongMethod ? 'method_not_allowed' : 'not_found'
      const headers: Record<string, string> = wrongMethod ? { allow: allowed.join(', ') } : {}
      return answer(request, reply, {
        code,
        headers,
        reason: code,
        statusCode: SERVICE_ERRORS[code].statusCode,
        sentence: SERVICE_ERRORS[code].sentence,
      })
    })
  },
  { name: '@signet/error-answers', fastify: '5.x', dependencies: ['@signet/method-index', '@signet/metrics'] },
)

/** Why a request was refused, for the log: nothing in it comes from the client, so no sentence that repeats a name. */
function detailOf(error: FastifyError): unknown {
  const [broken] = error.validation ?? []
  if (broken) return `${error.validationContext ?? 'body'} ${broken.schemaPath || broken.keyword}`
  return 'detail' in error ? error.detail : undefined
}

/** Whether the connection ended before the whole request was there: its body could not be read, and nothing failed here. */
const isAborted = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete

function wantsPage(request: FastifyRequest): boolean {
  if (!request.is404) return request.routeOptions.config.page === true
  return !isApiPath(request.url) && (request.headers.accept ?? '').includes('text/html')
}
