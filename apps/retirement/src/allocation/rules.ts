/** Yearly mean and volatility are assumptions for projections, in real terms and before fees. */
const FUNDS = {
  shares: { name: 'Global shares', mean: 0.05, volatility: 0.16 },
  bonds: { name: 'Government bonds', mean: 0.015, volatility: 0.06 },
  cash: { name: 'Cash', mean: 0.005, volatility: 0.01 },
} as const

export type Fund = keyof typeof FUNDS

export interface Allocation {
  readonly label: string
  readonly hint: string
  readonly percent: Readonly<Record<Fund, number>>
}

/** Allocations by the name that a plan stores, in order of risk. */
export const ALLOCATIONS = {
  cautious: {
    label: 'Cautious',
    hint: 'Small ups and downs, for money that you need soon.',
    percent: { shares: 25, bonds: 50, cash: 25 },
  },
  balanced: {
    label: 'Balanced',
    hint: 'The usual choice with ten years or more ahead.',
    percent: { shares: 60, bonds: 30, cash: 10 },
  },
  growth: {
    label: 'Growth',
    hint: 'Higher expected growth. The value can fall by a third in one year.',
    percent: { shares: 85, bonds: 10, cash: 5 },
  },
} as const satisfies Record<string, Allocation>

export type AllocationName = keyof typeof ALLOCATIONS
export const ALLOCATION_NAMES = Object.keys(ALLOCATIONS) as AllocationName[]
export const DEFAULT_ALLOCATION: AllocationName = 'balanced'

export const isAllocationName = (name: unknown): name is AllocationName =>
  typeof name === 'string' && Object.hasOwn(ALLOCATIONS, name)

export interface FundShare {
  readonly fund: string
  readonly percent: number
}

/** @throws {RangeError} for an unknown name. */
function allocationOf(name: string): Allocation {
  if (!isAllocationName(name)) throw new RangeError(`unknown allocation ${name}`)
  return ALLOCATIONS[name]
}

export const fundsOf = (name: string): FundShare[] =>
  Object.entries(allocationOf(name).percent).map(([fund, percent]) => ({ fund: FUNDS[fund as Fund].name, percent }))

/** Correlation of shares and bonds. Cash has none. */
const SHARES_BONDS_CORRELATION = 0.1

/** Returns the yearly mean and volatility of an allocation. @throws {RangeError} for an unknown name. */
export function returnsOf(name: string): { mean: number; volatility: number } {
  const { percent } = allocationOf(name)
  const weight = (fund: Fund) => percent[fund] / 100
  const risk = (fund: Fund) => weight(fund) * FUNDS[fund].volatility
  const mean = (Object.keys(FUNDS) as Fund[]).reduce((sum, fund) => sum + weight(fund) * FUNDS[fund].mean, 0)
  const variance =
    risk('shares') ** 2 +
    risk('bonds') ** 2 +
    risk('cash') ** 2 +
    2 * SHARES_BONDS_CORRELATION * risk('shares') * risk('bonds')
  return { mean, volatility: Math.sqrt(variance) }
}
