import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { traceOf } from './trace-context.js'

type ChildArguments = Parameters<FastifyBaseLogger['child']>

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** What all requests' loggers share; each has what it would be made of, and what was made once something was logged. */
class RequestLogger {
  #made: FastifyBaseLogger | undefined
  readonly #service: FastifyBaseLogger
  readonly #request: FastifyRequest

  constructor(service: FastifyBaseLogger, request: FastifyRequest) {
    this.#service = service
    this.#request = request
  }

  get level(): string {
    return (this.#made ?? this.#service).level
  }

  made(): FastifyBaseLogger {
    this.#made ??= this.#service.child({ reqId: this.#request.id, ...traceFields(this.#request.raw) })
    return this.#made
  }

  child(...childArguments: ChildArguments): FastifyBaseLogger {
    return this.made().child(...childArguments)
  }
}

for (const level of LEVELS) {
  Object.defineProperty(RequestLogger.prototype, level, {
    value(this: RequestLogger, ...line: [object]) {
      this.made()[level](...line)
    },
  })
}

function traceFields(request: FastifyRequest['raw']): Record<string, string> {
  const { traceId, spanId, parentSpanId } = traceOf(request)
  return { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) }
}

/**
 * Gives a request the logger of the service with its id and its trace in every line, made when something is logged:
 * writing them out and redacting them costs more than recognising the person, and nearly no request logs anything. A
 * `childLoggerFactory` would have Fastify look each of them over.
 */
export function logAsRequest(service: FastifyBaseLogger, request: FastifyRequest, reply: FastifyReply): void {
  const logger = new RequestLogger(service, request) as unknown as FastifyBaseLogger
  request.log = logger
  reply.log = logger
}
