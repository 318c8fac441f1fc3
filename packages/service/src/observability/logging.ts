import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { type DestinationStream, type LoggerOptions, pino } from 'pino'
import { isUuid } from '../uuid.js'
import type { CompletionListener } from './request-events.js'
import { logAsRequest } from './request-logger.js'

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
        address: request.ip,
      }),
      res: ({ statusCode }: Pick<FastifyReply, 'statusCode'>) => ({ statusCode }),
      err: pino.stdSerializers.err,
    },
  }
  return destination ? pino(options, destination) : pino(options)
}

/** A request that takes longer than this is worth a line, whatever came of it. */
const SLOW_MS = 1_000
/** The levels at which those lines appear. */
const VERBOSE = new Set<string>(['debug', 'trace'])
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * One line for a request, when it ended: for what changes something, for what was refused, failed or took long. What was
 * merely read is counted in `/metrics`, and has its line at `debug`: writing it would cost more than answering.
 */
function requestLine(level: string): CompletionListener {
  const verbose = VERBOSE.has(level)
  return (request, reply, responseTime) => {
    const routine = READS.has(request.method) && reply.statusCode < 400 && responseTime < SLOW_MS
    if (routine && !verbose) return
    request.log[routine ? 'debug' : 'info']({ req: request, res: reply, responseTime }, 'request completed')
  }
}

/** Has an instance log to this logger, which Fastify is not told of: one that it knows has it listen to each answer. */
export function logRequests(app: FastifyInstance, logger: FastifyBaseLogger): void {
  app.log = logger
  app.onArrival((request, reply) => logAsRequest(logger, request, reply))
  app.onCompletion(requestLine(logger.level))
}

/** Keeps Fastify's own lines about requests out: {@link logRequests} has them. */
export class NoRequestLines extends LogController {
  override incomingRequest(): void {}
  override requestCompleted(): void {}
}

/** The caller's request id where it is a plain one, so that one id runs through both services' logs; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID()
}
