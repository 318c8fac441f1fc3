/**
 * All authentication errors. Codes are stable, because clients branch on them, and a retired code is never reused. The client
 * receives the sentence. `detail` is only for the log.
 */
export const AUTH_ERRORS = {
  token_missing: { statusCode: 401, sentence: 'Sign in first: this request has no token.' },
  token_malformed: { statusCode: 401, sentence: 'The token does not have the format that this service accepts.' },
  token_signature_invalid: { statusCode: 401, sentence: 'The token was changed or was not signed by the issuer.' },
  token_expired: { statusCode: 401, sentence: 'The token has expired.' },
  token_revoked: { statusCode: 401, sentence: 'This session has been revoked. Sign in again.' },
  token_claims_invalid: { statusCode: 401, sentence: 'The token is genuine but not meant for this use.' },
  invalid_credentials: { statusCode: 401, sentence: 'Invalid username/password' },
  passkey_invalid: { statusCode: 401, sentence: 'This passkey was not accepted. Try again, or use another way.' },
  forbidden: { statusCode: 403, sentence: 'Only another service may call this. An access token is not accepted.' },
  cross_site_request: { statusCode: 403, sentence: 'This request came from another site and was refused.' },
  not_found: { statusCode: 404, sentence: 'There is nothing at this address.' },
  session_unknown: {
    statusCode: 409,
    sentence:
      'We cannot find the session that your browser sent, so it may still be active. Sign in again, then sign out.',
  },
  unavailable: { statusCode: 503, sentence: 'Too many users are signing in right now. Try again in a moment.' },
} as const satisfies Record<string, { statusCode: number; sentence: string }>

export type AuthErrorCode = keyof typeof AUTH_ERRORS

/**
 * An authentication error. The client may see `statusCode`, `code` and `message`. `detail` is for the log and never contains a
 * token, a password or a secret.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  readonly statusCode: number
  readonly detail: string | undefined
  /** Reason for the sign-in page, which can be more specific than the code. Default: the code. */
  readonly reason: string
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: AuthErrorCode,
    detail?: string,
    headers: Record<string, string> = {},
    sentence: string = AUTH_ERRORS[code].sentence,
    reason: string = code,
  ) {
    super(sentence)
    this.code = code
    this.statusCode = AUTH_ERRORS[code].statusCode
    this.detail = detail
    this.reason = reason
    this.headers = this.statusCode === 401 ? { 'www-authenticate': challenge(code), ...headers } : headers
  }
}

/** RFC 6750, section 3: without a token a bare challenge, with a token also the error. */
function challenge(code: AuthErrorCode): string {
  if (!code.startsWith('token_') || code === 'token_missing') return 'Bearer'
  return `Bearer error="invalid_token", error_description="${AUTH_ERRORS[code].sentence}"`
}
