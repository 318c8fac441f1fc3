import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import { loggingOptions, requestId } from '../observability/logging.js'
import { failure } from './api-route.js'
import { answerExpectation, answerUnreadable } from './client-errors.js'
import { closing } from './closing.js'
import { originForm } from './request-target.js'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Limits of one process against slow or numerous clients. */
export interface HttpLimits {
  /** Time for a whole request to arrive, against clients that send one byte at a time. */
  readonly arrivalMs: number
  /** Interval of that check. Node.js checks every 30 s by default. */
  readonly checkEveryMs: number
  /** Further connections are closed at once. */
  readonly connections: number
  /** Time in which a front door notices the shutdown. Without a front door it is 0. See `closing.ts`. */
  readonly drainMs: number
}

const DEFAULT_LIMITS: HttpLimits = { arrivalMs: 10_000, checkEveryMs: 2_000, connections: 8_192, drainMs: 1_000 }

/** Bodies are small forms and small JSON. */
const BODY_LIMIT_BYTES = 65_536
/** Limit for the URL and all headers. Far above the limit in `cookie-limit.tsx`, which responds with a page. */
const HEADER_LIMIT_BYTES = 131_072
/** Timeout of a connection without any traffic during a response, for example when the client stopped reading. */
const STANDSTILL_MS = 60_000

export interface ServerOptions {
  /** Headers of responses that are sent before any hook runs. */
  readonly rawHeaders: Readonly<Record<string, string>>
  readonly logger: FastifyBaseLogger
  readonly trustProxy: readonly string[] | undefined
  readonly limits?: Partial<HttpLimits> | undefined
}

/** Creates the Fastify instance of a service, with its limits and its responses to invalid requests. */
export function createServer({ rawHeaders, logger, trustProxy, limits }: ServerOptions): App {
  const { arrivalMs, checkEveryMs, connections, drainMs } = { ...DEFAULT_LIMITS, ...limits }
  const app = Fastify({
    ...loggingOptions(logger),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    http: {
      headersTimeout: arrivalMs,
      requestTimeout: arrivalMs,
      connectionsCheckingInterval: checkEveryMs,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      // `own-host.ts` refuses such requests in the API's error format.
      requireHostHeader: false,
    },
    // Fastify sets it again, after the options of `http`.
    requestTimeout: arrivalMs,
    connectionTimeout: STANDSTILL_MS,
    forceCloseConnections: 'idle',
    // Requests that arrive during shutdown are served, then their connection closes.
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable(rawHeaders),
    rewriteUrl: originForm,
    routerOptions: {
      // The limit of all headers, so that a long invalid id gets 404 from the route, not 414 from the router.
      maxParamLength: HEADER_LIMIT_BYTES,
      ignoreTrailingSlash: true,
    },
    trustProxy: trustProxy?.length ? [...trustProxy] : false,
    frameworkErrors: (error, request, reply) => {
      // The type of a reply depends on a route, which does not exist here.
      const untyped = reply as FastifyReply
      untyped
        .headers({ ...rawHeaders, 'x-request-id': request.id })
        .code(error.statusCode ?? 400)
        .send(failure('This service cannot parse the address.', 'invalid_request'))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.on('checkExpectation', answerExpectation(rawHeaders))
  app.server.maxConnections = connections
  app.register(closing, { drainMs: trustProxy?.length ? drainMs : 0 })
  return app as App
}
