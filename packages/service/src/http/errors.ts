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

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS

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
