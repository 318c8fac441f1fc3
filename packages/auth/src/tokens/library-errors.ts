import { AuthError, type AuthErrorCode } from '../errors.js'

/** Maps error codes of fast-jwt, the library below `@fastify/jwt`, to codes of this package. */
export const LIBRARY_ERRORS: Readonly<Record<string, AuthErrorCode>> = {
  FAST_JWT_MALFORMED: 'token_malformed',
  FAST_JWT_INVALID_TYPE: 'token_malformed',
  FAST_JWT_INVALID_PAYLOAD: 'token_malformed',
  FAST_JWT_INVALID_CRIT_HEADER: 'token_malformed',
  FAST_JWT_MISSING_SIGNATURE: 'token_malformed',
  FAST_JWT_INVALID_ALGORITHM: 'token_signature_invalid',
  FAST_JWT_INVALID_SIGNATURE: 'token_signature_invalid',
  FAST_JWT_VERIFY_ERROR: 'token_signature_invalid',
  FAST_JWT_MISSING_KEY: 'token_signature_invalid',
  FAST_JWT_INVALID_KEY: 'token_signature_invalid',
  FAST_JWT_INVALID_CLAIM_TYPE: 'token_claims_invalid',
  FAST_JWT_INVALID_CLAIM_VALUE: 'token_claims_invalid',
  FAST_JWT_MISSING_REQUIRED_CLAIM: 'token_claims_invalid',
  FAST_JWT_INACTIVE: 'token_claims_invalid',
  FAST_JWT_EXPIRED: 'token_expired',
  // These say nothing about the token: the key source or the library failed.
  FAST_JWT_KEY_FETCHING_ERROR: 'unavailable',
  FAST_JWT_INVALID_OPTION: 'unavailable',
  FAST_JWT_SIGN_ERROR: 'unavailable',
}

const CANNOT_VERIFY = 'We cannot verify tokens right now. Try again in a moment.'

/** Converts an error of the library to an {@link AuthError}. Returns an unknown error unchanged. */
export function fromLibraryError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, originalError } = error as Error & { code?: string; originalError?: unknown }
  // The library wraps the error of the key function, which has its own code.
  if (originalError instanceof AuthError) return originalError
  // A date out of range, which the library cannot format in its message.
  if (error instanceof RangeError) return new AuthError('token_claims_invalid', error.message)
  const own = code === undefined ? undefined : LIBRARY_ERRORS[code]
  if (own === undefined) return error
  if (own === 'unavailable') return new AuthError(own, error.message, { 'retry-after': '1' }, CANNOT_VERIFY)
  return new AuthError(own, error.message)
}
