import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type AuthenticationOptions,
  authentication,
  defineCookie,
  type KeySource,
  type StatusListSource,
  sameOrigin,
} from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import type { Brand } from '@signet/ui'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { Gauge } from 'prom-client'
import { type CommonConfig, cookieScopeOf } from './config/common.js'
import { bodyParsing } from './http/body-parsing.js'
import { answerExpectation, answerUnreadable } from './http/client-errors.js'
import { closing } from './http/closing.js'
import { compression } from './http/compression.js'
import { failure } from './http/envelope.js'
import { errorAnswers } from './http/error-answers.js'
import { forwardedFor } from './http/forwarded-for.js'
import { health } from './http/health.js'
import { me } from './http/me.js'
import { methodIndex } from './http/method-index.js'
import { type SecurityHeaders, securityHeaders, securityHeadersOf } from './http/security-headers.js'
import { timeLimit } from './http/time-limit.js'
import { demoState } from './observability/demo-state.js'
import { loggingOptions, requestId, serviceLogger } from './observability/logging.js'
import { metrics } from './observability/metrics.js'
import { signOutPropagation } from './observability/sign-out-propagation.js'
import { apiDocs } from './pages/api-docs.js'
import { assets } from './pages/assets.js'
import { formUser } from './pages/form-user.js'
import { problemPage } from './pages/frame.js'
import type { NavigationLink } from './pages/page-slots.js'
import { pages } from './pages/pages.js'
import { leadToSignIn } from './pages/sign-in-link.js'
import { theme } from './pages/theme.js'
import type { SessionStrategy } from './stores/session-strategies.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The session strategies that are accepted beside the token, as they are configured. */
    readonly sessionStrategies: readonly SessionStrategy[]
  }
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** The part of the configuration that every service is built from. */
type ServiceConfig = Pick<
  CommonConfig,
  | 'BANK_URL'
  | 'RETIREMENT_URL'
  | 'COOKIE_DOMAIN'
  | 'COOKIE_PREFIX'
  | 'ACCESS_TOKEN_TTL'
  | 'REVOCATION_MAX_AGE'
  | 'TRUST_PROXY'
  | 'DEMO'
  | 'LOG_LEVEL'
  | 'SIGNET_VERSION'
  | 'SIGNET_COMMIT'
>

export interface ServiceOptions {
  /** `bank`, `retirement`: in logs, metrics and the name of the instance. */
  readonly name: string
  /** For people, in the description of the API. */
  readonly title: string
  readonly description: string
  readonly config: ServiceConfig
  /** Which of the two public origins is this service's own. */
  readonly origin: string
  readonly brand: Brand
  /** The main navigation of a signed-in user. */
  readonly navigation: readonly NavigationLink[]
  /** Verify tokens. */
  readonly keys: KeySource
  /** The session strategies that are accepted beside the token. */
  readonly sessions?: readonly SessionStrategy[]
  /** See `AuthenticationOptions`. */
  readonly renewInPlace?: AuthenticationOptions['renewInPlace']
  /** Where this service learns which sessions are revoked. */
  readonly statusListSource: (app: FastifyInstance) => StatusListSource | Promise<StatusListSource>
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
  /** Whether an error means that a dependency cannot be reached: 503, not 500. */
  readonly isUnavailable: (error: unknown) => boolean
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

/** Creates a Fastify instance with everything that both services have. The caller adds its features. */
export async function createService(options: ServiceOptions): Promise<App> {
  const { name, config, origin, brand, keys, isUnavailable } = options
  const { BANK_URL: bankUrl, SIGNET_VERSION: version } = config
  const origins = [bankUrl, config.RETIREMENT_URL]
  const cookieScope = cookieScopeOf(config)
  const tokenCookie = defineCookie('token', cookieScope)
  const headers = await securityHeadersOf({ formOrigins: origins, bankUrl, https: cookieScope.secure })
  const app = createServer(config, headers, serviceLogger(name, config.LOG_LEVEL))

  await app.register(closing)
  await app.register(forwardedFor)
  await app.register(timeLimit, { limitMs: HANDLER_TIMEOUT_MS })
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  await app.register(methodIndex)
  await app.register(metrics, { service: name, build: { version, commit: config.SIGNET_COMMIT } })
  await app.register(demoState, { demo: config.DEMO })
  await app.register(errorAnswers, {
    isUnavailable,
    renderProblem: (request, problem) => problemPage(request.pageFrame(), problem, request.id),
    leadToSignIn: leadToSignIn({ bankUrl, origin }),
  })
  await app.register(securityHeaders, { headers })
  await app.register(bodyParsing)
  await app.register(compression)
  await app.register(sameOrigin, { origin })
  await app.register(theme, { cookieScope, origin })
  await app.register(signOutPropagation, {
    bankUrl,
    statusListSource: options.statusListSource,
    revocationMaxAgeSeconds: config.REVOCATION_MAX_AGE,
  })
  app.decorate('sessionStrategies', options.sessions ?? [])
  await app.register(authentication, {
    keys,
    issuer: bankUrl,
    clientId: CLIENT_ID,
    audience: origin,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    tokenCookie,
    sessions: app.sessionStrategies,
    statusLists: app.statusLists,
    ...(options.renewInPlace ? { renewInPlace: options.renewInPlace } : {}),
  })
  cachedTokensGauge(app)
  const siblingUrl = origins.find((other) => other !== origin) ?? bankUrl
  await app.register(pages, { brand, bankUrl, siblingUrl, navigation: options.navigation })
  await app.register(formUser)
  await app.register(apiDocs, {
    title: options.title,
    description: options.description,
    version,
    origin,
    tokenCookie: tokenCookie.name,
  })
  await app.register(me, { service: name })
  await app.register(health, {
    dependencies: { ...options.dependencies, 'status lists': freshStatusLists(app, config) },
  })
  await app.register(assets)
  return app
}

function createServer(config: ServiceConfig, headers: SecurityHeaders, logger: FastifyBaseLogger): App {
  const app = Fastify({
    ...loggingOptions(logger),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: STANDSTILL_MS,
    forceCloseConnections: 'idle',
    // What still arrives by a connection that is open while this process ends is answered like any other, and the
    // connection is closed after it: a front door that had already chosen this replica loses nothing.
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable(headers.raw),
    // As long as Node lets all headers be: what is no id is answered 404 by the route, not 414 by the router.
    routerOptions: { maxParamLength: 16_384 },
    trustProxy: config.TRUST_PROXY?.length ? config.TRUST_PROXY : false,
    frameworkErrors: (error, request, reply) => {
      // The reply's type depends on a route, and there is none.
      const untyped = reply as FastifyReply
      untyped
        .headers({ ...headers.raw, 'x-request-id': request.id })
        .code(error.statusCode ?? 400)
        .send(failure('This service does not understand the address.', 'invalid_request'))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.on('checkExpectation', answerExpectation(headers.raw))
  return app as App
}

/** Reports the age of the status lists; rejects once they are too old to rely on. */
function freshStatusLists({ statusLists }: FastifyInstance, { REVOCATION_MAX_AGE: maxAgeSeconds }: ServiceConfig) {
  return async () => {
    const ageSeconds = statusLists.ageSeconds()
    if (ageSeconds > maxAgeSeconds) throw new Error(`status lists are ${ageSeconds} s old`)
    return `${ageSeconds.toFixed(1)} s old`
  }
}
