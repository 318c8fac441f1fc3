import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { isUuid } from '@signet/auth/verifier'
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { type DestinationStream, type LoggerOptions, pino } from 'pino'
import { lazyRequestLogger } from '../http/fast-path/lazy-request-logger.js'
import { traceOf } from './trace-context.js'

/** Credentials, redacted wherever a logged object contains them. */
const SECRET_PATHS = ['password', 'token', 'secret', 'authorization', 'cookie', '["set-cookie"]'].flatMap((name) =>
  name.startsWith('[') ? [`*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`],
)

type LoggedRequest = Pick<FastifyRequest, 'method' | 'url' | 'ip' | 'params' | 'routeOptions'>

/**
 * Returns the path to log: the route's pattern, or the real path when all parameters are ids. Other parts of a URL could be a
 * password or a token.
 */
function loggedPath({ url, params, routeOptions }: LoggedRequest): string {
  const route = routeOptions.url ?? 'unknown'
  const given = Object.values(params ?? {})
  return given.length > 0 && given.every(isId) ? (url.split('?', 1)[0] ?? route) : route
}

const isId = (value: unknown): boolean => isUuid(String(value)) || /^\d{1,19}$/.test(String(value))

/** Serializes an error without its other properties: drivers store rows and parameters there, which come from bodies. */
function loggedError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  return { type, message, stack, ...(typeof code === 'string' ? { code } : {}) }
}

/** Creates the logger of a service: JSON lines. Logs method and path of a request, but no query, header or body. */
export function serviceLogger(service: string, level: string, destination?: DestinationStream): FastifyBaseLogger {
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    serializers: {
      req: (request: LoggedRequest) => ({
        method: request.method,
        path: loggedPath(request),
        // With a trusted proxy it comes from a header, which may contain anything.
        address: isIP(request.ip) === 0 ? 'unknown' : request.ip,
      }),
      res: ({ statusCode }: Pick<FastifyReply, 'statusCode'>) => ({ statusCode }),
      err: loggedError,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** A slower request is always logged. */
const SLOW_MS = 1_000
/** Log levels at which read requests are logged. */
const VERBOSE = new Set(['debug', 'trace'])
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Logs one line after the response of each request that changed something, was refused, failed or was slow. Other reads are
 * logged at `debug` and counted in `/metrics`, because the line would cost more than the response (decision 0028).
 */
class CompletedRequests extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const responseTime = reply.elapsedTime
    const routine = !error && READS.has(request.method) && reply.statusCode < 400 && responseTime < SLOW_MS
    // Checked first: even a call at a disabled level would create the child logger.
    if (routine && !VERBOSE.has(request.log.level)) return
    const line = { req: request, res: reply, responseTime, err: error ?? undefined }
    request.log[routine ? 'debug' : 'info'](line, 'request completed')
  }
}

/** Returns the logging options of a Fastify instance. Every line of a request has its id and trace. */
export function loggingOptions(loggerInstance: FastifyBaseLogger) {
  return {
    loggerInstance,
    logController: new CompletedRequests(),
    childLoggerFactory: ((logger, bindings, options, request) => {
      const child = () => logger.child({ ...bindings, ...traceFields(request) }, options)
      return lazyRequestLogger(logger, child)
    }) satisfies FastifyServerOptions['childLoggerFactory'],
  }
}

function traceFields(request: IncomingMessage): Record<string, string> {
  const { traceId, spanId, parentSpanId } = traceOf(request)
  return { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) }
}

/** Returns the caller's request id if it is valid, so that both services log one id. Otherwise generates one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID()
}
