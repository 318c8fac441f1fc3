import {
  type AuthenticationOptions,
  authentication,
  defineCookie,
  heldResponses,
  type KeySource,
  type StatusListSource,
  sameOrigin,
  sessionChange,
} from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import type { Brand } from '@signet/ui'
import type { FastifyInstance } from 'fastify'
import { type CommonConfig, cookieScopeOf, publicOriginsOf } from './config/common.js'
import { bodyParsing } from './http/body-parsing.js'
import { compression } from './http/compression.js'
import { errorAnswers, methodIndex } from './http/error-answers.js'
import { forwardedFor } from './http/forwarded-for.js'
import { health } from './http/health.js'
import { me } from './http/me.js'
import { ownHost } from './http/own-host.js'
import { securityHeaders, securityHeadersOf } from './http/security-headers.js'
import { type App, createServer, type HttpLimits } from './http/server.js'
import { sessionEvents } from './http/session-events.js'
import { timeLimit } from './http/time-limit.js'
import { demoState } from './observability/demo-state.js'
import { serviceLogger } from './observability/logging.js'
import { addGauge, metrics } from './observability/metrics.js'
import { signOutPropagation } from './observability/sign-out-propagation.js'
import { apiDocs } from './pages/api-docs.js'
import { assets } from './pages/assets.js'
import { cookieLimit } from './pages/cookie-limit.js'
import { formUser } from './pages/form-user.js'
import { type NavigationLink, pages, problemPage } from './pages/pages.js'
import { leadToSignIn } from './pages/sign-in-link.js'
import { theme } from './pages/theme.js'
import { type SessionStrategy, sessionStrategies } from './stores/session-strategies.js'
import type { SharedStore } from './stores/shared-store.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The session strategies that this service accepts in addition to tokens. */
    readonly sessionStrategies: readonly SessionStrategy[]
  }
  interface FastifyRequest {
    /** When the request arrived, in ms since 1970: the time for whatever is decided and stored for it. */
    receivedAtMs: number
  }
}

export interface ServiceOptions {
  /** `bank` or `retirement`: used in logs, metrics and the instance name. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly config: CommonConfig
  /** This service's public origin. */
  readonly origin: string
  /** This service's origin for requests of the other service. */
  readonly internalUrl: string
  readonly brand: Brand
  /** The main navigation of a signed-in user. */
  readonly navigation: readonly NavigationLink[]
  readonly keys: KeySource
  /** Keeps the sessions that this service accepts in addition to tokens. Default: it accepts none. */
  readonly shared?: SharedStore
  /** Called when such a session is used, at most once per minute. */
  readonly onSeen?: (sid: string) => void
  readonly renewInPlace?: AuthenticationOptions['renewInPlace']
  readonly statusListSource: StatusListSource
  readonly dependencies: Readonly<Record<string, () => Promise<unknown>>>
  /** Returns whether an error means that a dependency is unavailable: 503 instead of 500. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Default: those of `http/server.ts`. */
  readonly httpLimits?: Partial<HttpLimits>
}

/** Time until a handler must begin its response. After it the client gets 503. */
const HANDLER_TIMEOUT_MS = 15_000

/** Creates a Fastify instance with the plugins of both services. The caller adds its features. */
export async function createService(options: ServiceOptions): Promise<App> {
  const { name, config, origin, brand, keys, isUnavailable } = options
  const { BANK_URL: bankUrl, SIGNET_VERSION: version } = config
  const origins = publicOriginsOf(config)
  const cookieScope = cookieScopeOf(config)
  const tokenCookie = defineCookie('token', cookieScope)
  const headers = await securityHeadersOf({ formOrigins: origins, bankUrl, https: cookieScope.secure })
  const app = createServer({
    rawHeaders: headers.raw,
    logger: serviceLogger(name, config.LOG_LEVEL),
    trustProxy: config.TRUST_PROXY,
    limits: options.httpLimits,
  })

  await app.register(heldResponses)
  await app.register(forwardedFor)
  await app.register(timeLimit, { limitMs: HANDLER_TIMEOUT_MS })
  app.decorateRequest('receivedAtMs', 0)
  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAtMs = Date.now()
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
  await app.register(ownHost, { origin, internalUrl: options.internalUrl })
  await app.register(bodyParsing)
  await app.register(compression)
  await app.register(sameOrigin, { origin })
  await app.register(theme, { cookieScope, origin })
  const siblingUrl = origins.find((other) => other !== origin) ?? bankUrl
  const { seenCookieName: seenCookie } = sessionChange(cookieScope)
  const insuranceUrl = config.INSURANCE_URL
  await app.register(pages, { brand, bankUrl, seenCookie, siblingUrl, insuranceUrl, navigation: options.navigation })
  await app.register(cookieLimit)
  await app.register(signOutPropagation, {
    bankUrl,
    statusListSource: options.statusListSource,
    revocationMaxAgeSeconds: config.REVOCATION_MAX_AGE,
  })
  const { shared, onSeen } = options
  const { SESSION_IDLE_TTL: idleTtlSeconds, DEMO } = config
  const sessions = { cookieScope, idleTtlSeconds, inMemory: DEMO !== false, onSeen }
  app.decorate('sessionStrategies', shared ? sessionStrategies({ ...sessions, shared }) : [])
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
  addGauge(app.metrics, 'verified_tokens_cached', 'Verified tokens in the cache', app.cachedTokenCount)
  await app.register(formUser)
  await app.register(apiDocs, {
    title: options.title,
    description: options.description,
    version,
    origin,
    tokenCookie: tokenCookie.name,
  })
  await app.register(me, { service: name })
  await app.register(sessionEvents)
  await app.register(health, {
    dependencies: {
      ...options.dependencies,
      ...(shared && { 'session store': () => storeState(shared) }),
      'status lists': freshStatusLists(app, config),
    },
  })
  await app.register(assets)
  return app
}

/** The service stays ready without the store: tokens do not need it. */
const storeState = (shared: SharedStore): Promise<string> =>
  shared.ping().then(
    () => 'reached',
    () => 'cannot be reached, shared sessions are refused',
  )

/** Returns a readiness check that reports the age of the status lists, and rejects when they are older than allowed. */
function freshStatusLists({ statusLists }: FastifyInstance, { REVOCATION_MAX_AGE: maxAgeSeconds }: CommonConfig) {
  return async () => {
    const ageSeconds = statusLists.ageSeconds()
    if (ageSeconds > maxAgeSeconds) throw new Error(`status lists are ${ageSeconds} s old`)
    return `${ageSeconds.toFixed(1)} s old`
  }
}
