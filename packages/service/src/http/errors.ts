import { AuthError } from '@signet/auth/verifier'

/**
 * Errors of a service. `@signet/auth` has its own table for authentication. Codes are stable, and a retired code is never
 * reused.
 */
export const SERVICE_ERRORS = {
  invalid_request: { statusCode: 400, sentence: 'This service does not understand the request.' },
  forbidden: { statusCode: 403, sentence: 'This is not allowed.' },
  reauthentication_required: {
    statusCode: 403,
    sentence: 'Confirm that it is you: this needs a password or passkey of the last five minutes.',
  },
  not_found: { statusCode: 404, sentence: 'There is nothing at this address.' },
  method_not_allowed: { statusCode: 405, sentence: 'This address does not support the method.' },
  username_taken: { statusCode: 409, sentence: 'This username is taken. Choose another.' },
  insufficient_funds: { statusCode: 409, sentence: 'There is not enough money in this account.' },
  body_too_large: { statusCode: 413, sentence: 'The request body is too large.' },
  unsupported_media_type: { statusCode: 415, sentence: 'The body must be JSON for the API, and a form for a page.' },
  misdirected_request: { statusCode: 421, sentence: 'This service does not serve this host name.' },
  idempotency_key_reused: {
    statusCode: 422,
    sentence: 'This Idempotency-Key belongs to another transfer. Use a new key for a new transfer.',
  },
  rate_limited: { statusCode: 429, sentence: 'Too many attempts. Wait a minute and try again.' },
  internal: { statusCode: 500, sentence: 'Something went wrong on our side. Nothing was changed.' },
  unavailable: { statusCode: 503, sentence: 'This service is not available right now. Try again in a moment.' },
} as const satisfies Record<string, { statusCode: number; sentence: string }>

type ServiceErrorCode = keyof typeof SERVICE_ERRORS

/** Error of a service. The client receives `message`. `cause` is only for the log. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ServiceErrorCode
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ServiceErrorCode,
    sentence: string = SERVICE_ERRORS[code].sentence,
    { cause, headers = {} }: { cause?: unknown; headers?: Record<string, string> } = {},
  ) {
    super(sentence, { cause })
    this.code = code
    this.statusCode = SERVICE_ERRORS[code].statusCode
    this.headers = headers
  }
}

/** Returns whether an error is `rate_limited`, for pages that show it next to the form. */
export const isTooOften = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && error.code === 'rate_limited'

/** An error as the client receives it. */
export interface Problem {
  readonly statusCode: number
  readonly code: string
  readonly sentence: string
  readonly headers: Readonly<Record<string, string>>
  /** The reason for the sign-in page. */
  readonly reason: string
}

const FRAMEWORK_CODES: Readonly<Record<string, ServiceErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
}

interface FrameworkError {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: ReadonlyArray<{ instancePath: string; keyword: string; message?: string; params: object }>
  readonly validationContext?: string
}

/**
 * Converts an error to its public form. Coded errors keep their code and sentence, Fastify's refusals are translated, and all
 * others become `internal` with a general sentence.
 */
export function toProblem(error: unknown, isUnavailable: (error: unknown) => boolean): Problem {
  const coded = error instanceof AuthError || error instanceof ServiceError ? error : translate(error, isUnavailable)
  const { statusCode, code, message: sentence, headers } = coded
  return { statusCode, code, sentence, headers, reason: coded instanceof AuthError ? coded.reason : code }
}

function translate(error: unknown, isUnavailable: (error: unknown) => boolean): ServiceError {
  if (isUnavailable(error)) return new ServiceError('unavailable', undefined, { headers: { 'retry-after': '1' } })
  const { code = '', statusCode = 500, validation, validationContext } = (error ?? {}) as FrameworkError
  if (validation) return new ServiceError('invalid_request', describe(validation, validationContext))
  const framework = FRAMEWORK_CODES[code]
  if (framework) return new ServiceError(framework)
  if (code.startsWith('FST_ERR_CTP_')) return new ServiceError('invalid_request', 'The body is not valid JSON.')
  // Only Fastify's own 4xx errors are the client's fault. A library's error with a 4xx status is an internal error.
  if (code.startsWith('FST_ERR_') && statusCode >= 400 && statusCode < 500) return new ServiceError('invalid_request')
  return new ServiceError('internal')
}

const CONTEXTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'address' }

/** Describes the first broken rule in a sentence: `The body's username must be string.` Contains names, never values. */
function describe(validation: NonNullable<FrameworkError['validation']>, validationContext = 'body'): string {
  const context = CONTEXTS[validationContext] ?? validationContext
  const [first] = validation
  if (!first) return `The ${context} is invalid.`
  const message =
    first.keyword === 'pattern' ? 'must not contain control characters' : first.message?.replace('must NOT', 'must not')
  const field = first.instancePath.slice(1).replaceAll('/', '.')
  const extra = 'additionalProperty' in first.params ? ` (${String(first.params.additionalProperty).slice(0, 64)})` : ''
  return `The ${context}${field ? `'s ${field}` : ''} ${message ?? 'is invalid'}${extra}.`
}
