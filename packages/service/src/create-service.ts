import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type AuthenticationOptions,
  authentication,
  type CookieScope,
  type StatusListSource,
  type StatusLists,
  sameOrigin,
} from '@signet/auth/verifier'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { Gauge } from 'prom-client'
import { answerExpectation, answerUnreadable } from './client-errors.js'
import { failure } from './envelope.js'
import { followSignOuts } from './follow-sign-outs.js'
import { type Frame, problemPage } from './frame.js'
import { logRequests, NoRequestLines, requestId, serviceLogger } from './logging.js'
import { pages } from './pages.js'
import { type ApiDocsOptions, apiDocs } from './plugins/api-docs.js'
import { assets } from './plugins/assets.js'
import { bodyParsing } from './plugins/body-parsing.js'
import { compression } from './plugins/compression.js'
import { errorAnswers } from './plugins/error-answers.js'
import { health } from './plugins/health.js'
import { me } from './plugins/me.js'
import { methodIndex } from './plugins/method-index.js'
import { type Build, metrics } from './plugins/metrics.js'
import { bareSecurityHeaders, securityHeaders } from './plugins/security-headers.js'
import { timeLimit } from './plugins/time-limit.js'
import { requestEvents } from './request-events.js'
import { leadToSignIn } from './sign-in-link.js'
import { theme } from './theme.js'
import { type TourOptions, tour } from './tour/tour.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Which sign-ins have been ended, as far as this process knows. */
    statusLists: StatusLists
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ServiceOptions {
  /** `bank`, `retirement`: in logs, metrics and the name of the instance. */
  readonly name: string
  readonly build: Build
  /** This service's public origin and the bank's. */
  readonly origin: string
  readonly bankUrl: string
  /** The public origins of all apps: where forms may lead. */
  readonly origins: readonly string[]
  readonly cookieScope: CookieScope
  readonly authentication: Omit<AuthenticationOptions, 'statusLists'>
  /** Where this service learns which sign-ins have been ended. */
  readonly statusListSource: (app: FastifyInstance) => StatusListSource | Promise<StatusListSource>
  readonly revocationMaxAgeSeconds: number
  readonly logLevel: string
  readonly trustProxy: readonly string[]
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
  readonly isUnavailable: (error: unknown) => boolean
  readonly frame: Frame
  /** The guided tour; undefined where this is no demo. */
  readonly tour?: TourOptions | undefined
  readonly docs: Omit<ApiDocsOptions, 'origin' | 'frame'>
}

/** Bodies are small forms and small JSON. */
const BODY_LIMIT_BYTES = 65_536
/** For the whole request to arrive, against clients that send one byte at a time. */
const REQUEST_TIMEOUT_MS = 10_000
/** For a connection on which nothing moves while it is served: of a client that has stopped reading, say. */
const STANDSTILL_MS = 60_000
/** For a handler to begin its answer; beyond it the client gets 503. */
const HANDLER_TIMEOUT_MS = 15_000

function cachedTokensGauge(app: FastifyInstance): void {
  new Gauge({
    name: 'remembered_tokens',
    help: 'Verified tokens in the cache',
    registers: [app.metrics],
    collect() {
      this.set(app.cachedTokenCount())
    },
  })
}

/** A Fastify instance with everything that both services have; the caller adds its routes. */
export async function createService(options: ServiceOptions): Promise<App> {
  const bareHeaders = bareSecurityHeaders({ formOrigins: options.origins, bankUrl: options.bankUrl })
  const app = Fastify({
    logController: new NoRequestLines(),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STANDSTILL_MS,
    forceCloseConnections: 'idle',
    // What still arrives by a connection that is open while this process ends is answered like any other, and the
    // connection is closed after it: a front door that had already chosen this replica loses nothing.
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable(bareHeaders),
    // As long as Node lets all headers be: what is no id is answered 404 by the route, not 414 by the router.
    routerOptions: { maxParamLength: 16_384 },
    trustProxy: options.trustProxy.length > 0 ? [...options.trustProxy] : false,
    frameworkErrors: (error, request, reply) => {
      // The reply's type depends on a route, and there is none.
      const untyped = reply as FastifyReply
      untyped
        .headers({ ...bareHeaders, 'x-request-id': request.id })
        .code(error.statusCode ?? 400)
        .send(failure('This service does not understand the address.', 'invalid_request'))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.on('checkExpectation', answerExpectation(bareHeaders))
  await app.register(requestEvents)
  logRequests(app, serviceLogger(options.name, options.logLevel))

  await app.register(timeLimit, { limitMs: HANDLER_TIMEOUT_MS })
  app.onArrival((request, reply) => reply.header('x-request-id', request.id))
  await app.register(methodIndex)
  await app.register(metrics, { service: options.name, build: options.build })
  await app.register(errorAnswers, {
    isUnavailable: options.isUnavailable,
    renderProblem: (request, problem) => problemPage(options.frame(request), problem, request.id),
    leadToSignIn: leadToSignIn(options),
  })
  await app.register(securityHeaders, {
    formOrigins: options.origins,
    bankUrl: options.bankUrl,
    https: options.cookieScope.secure,
  })
  await app.register(tour, { tour: options.tour })
  await app.register(bodyParsing)
  await app.register(compression)
  await app.register(sameOrigin, { origin: options.origin })
  await app.register(theme, { cookieScope: options.cookieScope, origin: options.origin })
  const statusLists = await followSignOuts(app, options)
  app.decorate('statusLists', statusLists)
  await app.register(authentication, { ...options.authentication, statusLists })
  cachedTokensGauge(app)
  await app.register(pages)
  await app.register(apiDocs, { ...options.docs, origin: options.origin, frame: options.frame })
  await app.register(me, { service: options.name })
  const freshStatusLists = async () => {
    const age = statusLists.ageSeconds()
    if (age > options.revocationMaxAgeSeconds) throw new Error(`status lists are ${age} s old`)
    return `${age.toFixed(1)} s old`
  }
  await app.register(health, { dependencies: { ...options.dependencies, 'status lists': freshStatusLists } })
  await app.register(assets)
  return app as App
}
