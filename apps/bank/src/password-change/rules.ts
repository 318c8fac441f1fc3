import { isAuthenticationRecent } from '../sign-in/recent-authentication.js'

/** Authentication methods of RFC 8176 without a password: a passkey of one device, a synchronized one, a recovery code. */
const WITHOUT_PASSWORD = ['hwk', 'swk', 'otp']

interface Authentication {
  readonly authTimeSeconds: number
  readonly claims: { readonly amr: readonly string[] }
}

/**
 * Returns whether a user may set a new password without the current one: in the last five minutes they have authenticated with
 * a passkey or a recovery code.
 */
export const mayOmitPassword = ({ authTimeSeconds, claims: { amr } }: Authentication, now: Date): boolean =>
  isAuthenticationRecent(authTimeSeconds, now) && amr.some((method) => WITHOUT_PASSWORD.includes(method))
