import type { KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { OutcomeCounter } from '../outcomes.js'
import type { SignInCookies } from './cookies.js'

/** What creating, renewing and revoking sessions works with. */
export interface SessionOptions {
  readonly db: BankDatabase
  readonly cookies: SignInCookies
  readonly bankUrl: string
  /** Refresh tokens are derived from these keys. */
  readonly refreshKeys: KeyRing
  readonly sessionTtlSeconds: number
  /** A session that is not used for this long has ended. */
  readonly sessionIdleTtlSeconds: number
  readonly renewals: OutcomeCounter
  /** Refuses sessions in this process from now on, by their numbers in the status lists. */
  readonly markRevoked: (statusNumbers: readonly bigint[]) => void
}
