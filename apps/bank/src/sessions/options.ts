import type { RecentAuthentication } from '@signet/auth/issuer'
import type { KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { OutcomeCounter } from '../outcomes.js'
import type { SignInCookies } from './cookies.js'

/** Dependencies of creating, renewing and revoking sessions. */
export interface SessionOptions {
  readonly db: BankDatabase
  readonly cookies: SignInCookies
  /** The proof that a browser has authenticated at the bank, for changes of how the user signs in. */
  readonly recent: RecentAuthentication
  /** Refresh tokens are derived from these keys. */
  readonly refreshKeys: KeyRing
  readonly sessionTtlSeconds: number
  /** A session ends after this time without use. */
  readonly sessionIdleTtlSeconds: number
  readonly renewals: OutcomeCounter
  /** Users without access: their sessions are not renewed. */
  readonly closedUserIds: readonly string[]
  /** Refuses sessions in this process at once, by their numbers in the status lists. */
  readonly markRevoked: (statusNumbers: readonly bigint[]) => void
}
