const WEEK_MS = 7 * 86_400_000
/** Twelve months. */
const WEEKS = 52

/** The balance of a customer's account at a past time. */
export interface PastBalance {
  readonly accountId: string
  readonly at: Date
  readonly balanceMinor: bigint
}

export interface BalancePoint {
  readonly at: Date
  /** In minor units. */
  readonly value: number
}

/** Returns one time per week of the last twelve months, oldest first, without `now`. */
export const pastWeeks = (now: Date): Date[] =>
  Array.from({ length: WEEKS }, (_, index) => new Date(now.getTime() - (WEEKS - index) * WEEK_MS))

/** Returns an account's past balances and the current one, oldest first. */
export const balancesOf = (
  account: { readonly id: string; readonly balanceMinor: bigint },
  past: readonly PastBalance[],
  now: Date,
): BalancePoint[] => [
  ...past
    .filter(({ accountId }) => accountId === account.id)
    .map(({ at, balanceMinor }) => ({ at, value: Number(balanceMinor) })),
  { at: now, value: Number(account.balanceMinor) },
]
