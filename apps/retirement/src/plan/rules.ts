export interface PlanEntry {
  readonly id: string
  readonly at: Date
  readonly kind: 'contribution' | 'growth'
  /** Minor units; growth may be negative. */
  readonly amount: bigint
  readonly memo: string
  /** Of a contribution: from an account at the bank, whose transfer has the entry's id, or from the employer. */
  readonly origin: 'bank' | 'employer' | null
}

export const balanceOf = (entries: readonly PlanEntry[]): bigint =>
  entries.reduce((sum, { amount }) => sum + amount, 0n)

export const contributionsOf = (entries: readonly PlanEntry[]): PlanEntry[] =>
  entries.filter(({ kind }) => kind === 'contribution')

export interface GrowthPoint {
  at: Date
  contributed: number
  balance: number
}

/** What was paid in and what it had become at the end of each month. `entries` oldest first. */
export function growthByMonth(entries: readonly PlanEntry[]): GrowthPoint[] {
  const months = new Map<string, GrowthPoint>()
  let contributed = 0n
  let balance = 0n
  for (const { at, kind, amount } of entries) {
    if (kind === 'contribution') contributed += amount
    balance += amount
    months.set(at.toISOString().slice(0, 7), { at, contributed: Number(contributed), balance: Number(balance) })
  }
  return [...months.values()]
}
