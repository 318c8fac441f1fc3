/**
 * What a service itself can answer a bad request with; recognising people has its own table in `@signet/auth`.
 * Codes are stable, and a retired one is never used again.
 */
export const SERVICE_ERRORS = {
  invalid_request: { statusCode: 400, sentence: 'The request is not one this service understands.' },
  forbidden: { statusCode: 403, sentence: 'This is not allowed.' },
  reauthentication_required: {
    statusCode: 403,
    sentence: 'Type your password again first: this needs a sign-in of the last five minutes.',
  },
  not_found: { statusCode: 404, sentence: 'There is nothing at this address.' },
  method_not_allowed: { statusCode: 405, sentence: 'This address does not take that method.' },
  username_taken: { statusCode: 409, sentence: 'This username is taken. Choose another.' },
  insufficient_funds: { statusCode: 409, sentence: 'There is not enough money on this account.' },
  session_unknown: {
    statusCode: 409,
    sentence:
      'Your browser sent a sign-in that leads to no session here, so it may still be active. Sign in again, then sign out.',
  },
  body_too_large: { statusCode: 413, sentence: 'The body is larger than this service takes.' },
  unsupported_media_type: { statusCode: 415, sentence: 'The body must be JSON for the API, a form for a page.' },
  idempotency_key_reused: {
    statusCode: 422,
    sentence: 'This Idempotency-Key belongs to another order. Use a new key for a new order.',
  },
  rate_limited: { statusCode: 429, sentence: 'Too many attempts. Wait a minute and try again.' },
  internal: { statusCode: 500, sentence: 'Something went wrong on our side. Nothing was changed.' },
  unavailable: { statusCode: 503, sentence: 'This service cannot answer right now. Try again in a moment.' },
} as const satisfies Record<string, { statusCode: number; sentence: string }>

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS

/** `message` is for the client; `cause` only for the log. */
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

/** For pages that tell a person so beside the form instead of on a page of its own. */
export const isTooOften = (error: unknown): error is ServiceError =>
  error instanceof ServiceError && error.code === 'rate_limited'
