import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { isUuid } from './uuid.js'

type LoggerOptions = Exclude<FastifyServerOptions['logger'], boolean | FastifyBaseLogger | undefined>

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
export function loggerOptions(service: string, level: string): LoggerOptions {
  return {
    level,
    base: { service, pid: process.pid },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    serializers: {
      req: (request: LoggedRequest) => ({
        method: request.method,
        path: loggedPath(request),
        address: request.ip,
      }),
    },
  }
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
export class RequestLog extends LogController {
  readonly #verbose: boolean

  /** @param level of the service's log. */
  constructor(level: string) {
    super()
    this.#verbose = VERBOSE.has(level)
  }

  override incomingRequest(): void {}

  override requestCompleted(error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    const responseTime = reply.elapsedTime
    const routine = !error && READS.has(request.method) && reply.statusCode < 400 && responseTime < SLOW_MS
    if (routine && !this.#verbose) return
    const line = { req: request, res: reply, responseTime }
    if (error) request.log.error({ ...line, err: error }, 'request errored')
    else request.log[routine ? 'debug' : 'info'](line, 'request completed')
  }
}

/** The caller's request id where it is a plain one, so that one id runs through both services' logs; else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given) ? given : randomUUID()
}
