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
import { answerExpectation, answerUnreadable } from './client-errors.js'
import { failure } from './envelope.js'
import { originForm } from './request-target.js'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What one process spends on clients that are slow, or many. */
export interface HttpLimits {
  /** For a whole request to arrive, headers and body, against clients that send one byte at a time. */
  readonly arrivalMs: number
  /** How often the connections are checked for that. Node.js checks every 30 s by default. */
  readonly checkEveryMs: number
  /** Open connections; further ones are closed at once. */
  readonly connections: number
}

const DEFAULT_LIMITS: HttpLimits = { arrivalMs: 10_000, checkEveryMs: 2_000, connections: 8_192 }

/** Bodies are small forms and small JSON. */
const BODY_LIMIT_BYTES = 65_536
/** Address and headers together. Far above what `cookie-limit.tsx` refuses, so that it can say so on a page. */
const HEADER_LIMIT_BYTES = 131_072
/** For a connection on which nothing moves while it is served: of a client that has stopped reading, say. */
const STANDSTILL_MS = 60_000

export interface ServerOptions {
  /** The headers of what is answered before any hook runs. */
  readonly rawHeaders: Readonly<Record<string, string>>
  readonly logger: FastifyBaseLogger
  readonly trustProxy: readonly string[] | undefined
  readonly limits?: Partial<HttpLimits> | undefined
}

/** Creates the Fastify instance of a service: its limits, and its answers to what is no request. */
export function createServer({ rawHeaders, logger, trustProxy, limits }: ServerOptions): App {
  const { arrivalMs, checkEveryMs, connections } = { ...DEFAULT_LIMITS, ...limits }
  const app = Fastify({
    ...loggingOptions(logger),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    http: {
      headersTimeout: arrivalMs,
      requestTimeout: arrivalMs,
      connectionsCheckingInterval: checkEveryMs,
      maxHeaderSize: HEADER_LIMIT_BYTES,
      // `own-host.ts` refuses it in the contract's shape.
      requireHostHeader: false,
    },
    // Fastify sets it once more, after the options of `http`.
    requestTimeout: arrivalMs,
    connectionTimeout: STANDSTILL_MS,
    forceCloseConnections: 'idle',
    // What still arrives by a connection that is open while this process ends is answered like any other, and the
    // connection is closed after it: a front door that had already chosen this replica loses nothing.
    return503OnClosing: false,
    clientErrorHandler: answerUnreadable(rawHeaders),
    rewriteUrl: originForm,
    routerOptions: {
      // As long as Node lets all headers be: what is no id is answered 404 by the route, not 414 by the router.
      maxParamLength: HEADER_LIMIT_BYTES,
      ignoreTrailingSlash: true,
    },
    trustProxy: trustProxy?.length ? [...trustProxy] : false,
    frameworkErrors: (error, request, reply) => {
      // The reply's type depends on a route, and there is none.
      const untyped = reply as FastifyReply
      untyped
        .headers({ ...rawHeaders, 'x-request-id': request.id })
        .code(error.statusCode ?? 400)
        .send(failure('This service does not understand the address.', 'invalid_request'))
    },
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.on('checkExpectation', answerExpectation(rawHeaders))
  app.server.maxConnections = connections
  return app as App
}
