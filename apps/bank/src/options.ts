import type { CookieScope } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'

/** What features of the bank are registered with. Each one takes the parts that it uses. */
export interface BankOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
  /** The bank's public origin. */
  readonly bankUrl: string
  /** Retirement's public origin. */
  readonly retirementUrl: string
  /** The public origins of all apps, to which a sign-in may redirect. */
  readonly origins: readonly string[]
  /** Minor units that a customer may send within an hour without a password of the last five minutes; 0 = no limit. */
  readonly stepUpLimitMinor: number
  /** Users without access. They are treated like unknown usernames. */
  readonly closedUserIds: readonly string[]
  /** Users whose password is public. Their ways to sign in stay as they are, because other visitors use them too. */
  readonly sharedUserIds: readonly string[]
}
