import type { FastifyBaseLogger } from 'fastify'

type ChildArguments = Parameters<FastifyBaseLogger['child']>

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** The logger of one request: a child of the service's logger that is created when the request logs its first line. */
class LazyRequestLogger {
  #child: FastifyBaseLogger | undefined
  readonly #parent: FastifyBaseLogger
  readonly #create: () => FastifyBaseLogger

  constructor(parent: FastifyBaseLogger, create: () => FastifyBaseLogger) {
    this.#parent = parent
    this.#create = create
  }

  get level(): string {
    return (this.#child ?? this.#parent).level
  }

  created(): FastifyBaseLogger {
    this.#child ??= this.#create()
    return this.#child
  }

  child(...childArguments: ChildArguments): FastifyBaseLogger {
    return this.created().child(...childArguments)
  }
}

for (const level of LEVELS) {
  Object.defineProperty(LazyRequestLogger.prototype, level, {
    value(this: LazyRequestLogger, ...line: [object]) {
      this.created()[level](...line)
    },
  })
}

/** Returns a logger that calls `create` at its first line. See the README of this folder. */
export const lazyRequestLogger = (parent: FastifyBaseLogger, create: () => FastifyBaseLogger): FastifyBaseLogger =>
  new LazyRequestLogger(parent, create) as unknown as FastifyBaseLogger
