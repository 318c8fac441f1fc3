import type { IncomingMessage } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { traceOf } from './trace-context.js'

type ChildArguments = Parameters<FastifyBaseLogger['child']>

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** What all requests' loggers share; each has what it would be made of, and what was made once something was logged. */
class RequestLogger {
  #made: FastifyBaseLogger | undefined
  readonly #service: FastifyBaseLogger
  readonly #bindings: ChildArguments[0]
  readonly #options: ChildArguments[1]
  readonly #request: IncomingMessage

  constructor(
    service: FastifyBaseLogger,
    bindings: ChildArguments[0],
    options: ChildArguments[1],
    request: IncomingMessage,
  ) {
    this.#service = service
    this.#bindings = bindings
    this.#options = options
    this.#request = request
  }

  get level(): string {
    return (this.#made ?? this.#service).level
  }

  made(): FastifyBaseLogger {
    this.#made ??= this.#service.child({ ...this.#bindings, ...traceFields(this.#request) }, this.#options)
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

function traceFields(request: IncomingMessage): Record<string, string> {
  const { traceId, spanId, parentSpanId } = traceOf(request)
  return { traceId, spanId, ...(parentSpanId === undefined ? {} : { parentSpanId }) }
}

/**
 * Fastify's `childLoggerFactory`: the logger of a request, made when it logs something, with the request's id and its
 * trace in every line. Writing them out and redacting them costs more than recognising the person, and nearly no request
 * logs anything. It is a child of the instance's `log`, whatever Fastify takes for its logger.
 */
export function requestLogger(
  this: FastifyInstance,
  _fastifys: FastifyBaseLogger,
  bindings: ChildArguments[0],
  options: ChildArguments[1],
  request: IncomingMessage,
): FastifyBaseLogger {
  return new RequestLogger(this.log, bindings, options, request) as unknown as FastifyBaseLogger
}
