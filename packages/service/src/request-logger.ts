import type { FastifyBaseLogger } from 'fastify'

type ChildArguments = Parameters<FastifyBaseLogger['child']>

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** What all requests' loggers share; each has what it would be made of, and what was made once something was logged. */
class RequestLogger {
  #made: FastifyBaseLogger | undefined
  readonly #service: FastifyBaseLogger
  readonly #arguments: ChildArguments

  constructor(service: FastifyBaseLogger, ...childArguments: ChildArguments) {
    this.#service = service
    this.#arguments = childArguments
  }

  get level(): string {
    return (this.#made ?? this.#service).level
  }

  made(): FastifyBaseLogger {
    this.#made ??= this.#service.child(...this.#arguments)
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

/**
 * Fastify's `childLoggerFactory`: the logger of a request, made when it logs something. Writing out and redacting the
 * request's id costs more than recognising the person, and nearly no request logs anything.
 */
export const requestLogger = (service: FastifyBaseLogger, ...childArguments: ChildArguments): FastifyBaseLogger =>
  new RequestLogger(service, ...childArguments) as unknown as FastifyBaseLogger
