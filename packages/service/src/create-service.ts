import {
  type AuthenticationOptions,
  authentication,
  defineCookie,
  type KeySource,
  type StatusListSource,
  sameOrigin,
  sessionChange,
} from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import type { Brand } from '@signet/ui'
import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'
import { type CommonConfig, cookieScopeOf } from './config/common.js'
import { bodyParsing } from './http/body-parsing.js'
import { closing } from './http/closing.js'
import { compression } from './http/compression.js'
import { errorAnswers } from './http/error-answers.js'
import { forwardedFor } from './http/forwarded-for.js'
import { health } from './http/health.js'
import { heldResponses } from './http/held-responses.js'
import { me } from './http/me.js'
import { methodIndex } from './http/method-index.js'
import { ownHost } from './http/own-host.js'
import { securityHeaders, securityHeadersOf } from './http/security-headers.js'
import { type App, createServer, type HttpLimits } from './http/server.js'
import { sessionEvents } from './http/session-events.js'
import { timeLimit } from './http/time-limit.js'
import { demoState } from './observability/demo-state.js'
import { serviceLogger } from './observability/logging.js'
import { metrics } from './observability/metrics.js'
import { signOutPropagation } from './observability/sign-out-propagation.js'
import { apiDocs } from './pages/api-docs.js'
import { assets } from './pages/assets.js'
import { cookieLimit } from './pages/cookie-limit.js'
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
  /** This service's origin, as the other service reaches it. */
  readonly internalUrl: string
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
  /** Default: those of `http/server.ts`. */
  readonly httpLimits?: Partial<HttpLimits>
}

/** For a handler to begin its answer; beyond it the client gets 503. */
const HANDLER_TIMEOUT_MS = 15_000

function cachedTokensGauge(app: FastifyInstance): void {
  new Gauge({
    name: 'verified_tokens_cached',
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
  const app = createServer({
    rawHeaders: headers.raw,
    logger: serviceLogger(name, config.LOG_LEVEL),
    trustProxy: config.TRUST_PROXY,
    limits: options.httpLimits,
  })

  await app.register(closing)
  await app.register(heldResponses)
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
  await app.register(ownHost, { origin, internalUrl: options.internalUrl })
  await app.register(bodyParsing)
  await app.register(compression)
  await app.register(sameOrigin, { origin })
  await app.register(theme, { cookieScope, origin })
  const siblingUrl = origins.find((other) => other !== origin) ?? bankUrl
  const { seenCookieName: seenCookie } = sessionChange(cookieScope)
  await app.register(pages, { brand, bankUrl, seenCookie, siblingUrl, navigation: options.navigation })
  await app.register(cookieLimit)
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
    dependencies: { ...options.dependencies, 'status lists': freshStatusLists(app, config) },
  })
  await app.register(assets)
  return app
}

/** Reports the age of the status lists; rejects once they are too old to rely on. */
function freshStatusLists({ statusLists }: FastifyInstance, { REVOCATION_MAX_AGE: maxAgeSeconds }: ServiceConfig) {
  return async () => {
    const ageSeconds = statusLists.ageSeconds()
    if (ageSeconds > maxAgeSeconds) throw new Error(`status lists are ${ageSeconds} s old`)
    return `${ageSeconds.toFixed(1)} s old`
  }
}
