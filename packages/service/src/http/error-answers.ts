import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import findMyWay from 'find-my-way'
import type { VNode } from 'preact'
import { Counter } from 'prom-client'
import { ClientDisconnected } from './answer-end.js'
import { failure } from './api-route.js'
import { type Problem, SERVICE_ERRORS, toProblem } from './errors.js'
import { isApiPath } from './request-target.js'

interface ErrorAnswersOptions {
  /** Returns whether an error means that a dependency such as the database is unavailable: 503 instead of 500. */
  readonly isUnavailable: (error: unknown) => boolean
  readonly renderProblem: (request: FastifyRequest, problem: Problem) => VNode
  /** Redirects an unauthenticated user of a page to the sign-in. */
  readonly leadToSignIn: (request: FastifyRequest, reply: FastifyReply, reason: string) => FastifyReply
}

/** Converts every error to a response: JSON for the API, a page or a redirect to the sign-in for pages. */
export const errorAnswers = fastifyPlugin<ErrorAnswersOptions>(
  async (app, { isUnavailable, renderProblem, leadToSignIn }) => {
    const answers = new Counter({
      name: 'error_answers_total',
      help: 'Refused or failed requests, by error code',
      labelNames: ['code'],
      registers: [app.metrics],
    })

    function answer(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
      answers.inc({ code: problem.code })
      const page = wantsPage(request)
      if (page && problem.statusCode === 401) return leadToSignIn(request, reply, problem.reason)
      reply.code(problem.statusCode).headers(problem.headers)
      if (page) return reply.page(renderProblem(request, problem))
      // The route's serializer would drop members that its schema for this status does not declare.
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
      // The route supports the method but found nothing, for example a style sheet.
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
  { name: '@signet/error-answers', dependencies: ['@signet/method-index', '@signet/metrics'] },
)

/** Returns the reason of a refusal for the log, without client input: no sentence that repeats a name. */
function detailOf(error: FastifyError): unknown {
  const [broken] = error.validation ?? []
  if (broken) return `${error.validationContext ?? 'body'} ${broken.schemaPath || broken.keyword}`
  return 'detail' in error ? error.detail : undefined
}

/** Returns whether the connection closed before the whole request arrived. The service has not failed then. */
const isAborted = ({ raw }: FastifyRequest): boolean => raw.destroyed && !raw.complete

function wantsPage(request: FastifyRequest): boolean {
  if (!request.is404) return request.routeOptions.config.page === true
  return !isApiPath(request.url) && (request.headers.accept ?? '').includes('text/html')
}

type Method = Parameters<ReturnType<typeof findMyWay>['hasRoute']>[0]

declare module 'fastify' {
  interface FastifyInstance {
    methodIndex: ReturnType<typeof findMyWay>
    indexedMethods: Set<HTTPMethods>
  }
}

/** Indexes the routes by path, so that a known path with another method gets 405 instead of 404. */
export const methodIndex = fastifyPlugin(
  async (app) => {
    app.decorate('methodIndex', findMyWay({ ignoreTrailingSlash: true }))
    app.decorate('indexedMethods', new Set<HTTPMethods>())
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat() as HTTPMethods[]) {
        if (app.methodIndex.hasRoute(one as Method, url)) continue
        app.methodIndex.on(one as Method, url, () => {})
        app.indexedMethods.add(one)
      }
    })
  },
  { name: '@signet/method-index' },
)

/** Returns the methods that the path of a request supports, for the `Allow` header (RFC 9110, section 10.2.1). */
function allowedMethods(app: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? '/'
  return [...app.indexedMethods].filter((method) => app.methodIndex.find(method as Method, path) !== null)
}
