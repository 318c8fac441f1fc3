import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { type DestinationStream, type LoggerOptions, pino } from 'pino'
import { lazyRequestLogger } from '../http/fast-path/lazy-request-logger.js'
import { isUuid } from '../uuid.js'
import { traceOf } from './trace-context.js'

/** Whatever could sign somebody in, wherever an object with it gets logged. */
const SECRET_PATHS = ['password', 'token', 'secret', 'authorization', 'cookie', '["set-cookie"]'].flatMap((name) =>
  name.startsWith('[') ? [`*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`],
)

type LoggedRequest = Pick<FastifyRequest, 'method' | 'url' | 'ip' | 'params' | 'routeOptions'>

/**
 * A path as far as it is ours: the route's own, with ids of ours in it. Whatever else somebody puts into an address could
 * be a password or a token.
 */
function loggedPath({ url, params, routeOptions }: LoggedRequest): string {
  const route = routeOptions.url ?? 'unknown'
  const given = Object.values(params ?? {})
  return given.length > 0 && given.every(isId) ? (url.split('?', 1)[0] ?? route) : route
}

const isId = (value: unknown): boolean => isUuid(String(value)) || /^\d{1,19}$/.test(String(value))

/** An error without its other members: drivers put rows and parameters there, which come from bodies. */
function loggedError(error: Error) {
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  return { type, message, stack, ...(typeof code === 'string' ? { code } : {}) }
}

/** JSON lines with the request's id and its trace. A request is logged by method and path: no query, no header, no body. */
export function serviceLogger(service: string, level: string, destination?: DestinationStream): FastifyBaseLogger {
  const options: LoggerOptions = {
    level,
    base: { service, pid: process.pid },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    serializers: {
      req: (request: LoggedRequest) => ({
        method: request.method,
        path: loggedPath(request),
        // Behind a trusted proxy it comes from a header, which may hold anything.
        address: isIP(request.ip) === 0 ? 'unknown' : request.ip,
      }),
      res: ({ statusCode }: Pick<FastifyReply, 'statusCode'>) => ({ statusCode }),
      err: loggedError,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** A request that takes longer than this is worth a line, whatever came of it. */
const SLOW_MS = 1_000
/** The levels at which a request that only reads has a line. */
const VERBOSE = new Set(['debug', 'trace'])
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Logs one line for each request, after its response, if it changed something, was refused, failed or was slow. A request that only
 * reads is counted in `/metrics` and logged at `debug`: the line would cost more than the response (decision 0028).
 */
class CompletedRequests extends LogController {
  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const responseTime = reply.elapsedTime
    const routine = !error && READS.has(request.method) && reply.statusCode < 400 && responseTime < SLOW_MS
    // Asked first: a call at a level that is off would still create the child logger.
    if (routine && !VERBOSE.has(request.log.level)) return
    const line = { req: request, res: reply, responseTime, err: error ?? undefined }
    request.log[routine ? 'debug' : 'info'](line, 'request completed')
  }
}

/** The logging options of a Fastify instance: every line of a request carries its id and its trace. */
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

/** The caller's request id where it is a plain one, so that one id runs through both services' logs; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID()
}
