import type { Authentication } from '@signet/auth/issuer'

/** Authentication methods of RFC 8176 without a password: a passkey of one device, a synchronized one, a recovery code. */
const WITHOUT_PASSWORD = ['hwk', 'swk', 'otp']

/**
 * Returns whether a user may set a new password without the current one: in the last five minutes they have proved to
 * authenticate with a passkey or a recovery code.
 */
export const mayOmitPassword = (proved: Pick<Authentication, 'amr'> | null): boolean =>
  proved?.amr.some((method) => WITHOUT_PASSWORD.includes(method)) ?? false
