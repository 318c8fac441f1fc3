export interface PlanEntry {
  readonly id: string
  readonly at: Date
  readonly kind: 'contribution' | 'growth'
  /** Minor units; growth may be negative. */
  readonly amount: bigint
  readonly memo: string
}

export interface FundShare {
  readonly fund: string
  readonly percent: number
}

/** What a plan may be invested in, by the name that the plan stores. */
const ALLOCATIONS: Readonly<Record<string, readonly FundShare[]>> = {
  balanced: [
    { fund: 'Global shares', percent: 60 },
    { fund: 'Government bonds', percent: 30 },
    { fund: 'Cash', percent: 10 },
  ],
  growth: [
    { fund: 'Global shares', percent: 85 },
    { fund: 'Government bonds', percent: 10 },
    { fund: 'Cash', percent: 5 },
  ],
}

export const DEFAULT_ALLOCATION = 'balanced'

export function fundsOf(allocation: string): readonly FundShare[] {
  const funds = ALLOCATIONS[allocation]
  if (!funds) throw new RangeError(`unknown allocation ${allocation}`)
  return funds
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
