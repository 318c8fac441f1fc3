import { randomLcg, randomNormal } from 'd3-random'

export const MAX_YEARS = 50
export const MAX_MONTHLY_MINOR = 1_000_000
export const DEFAULT_YEARS = 20
export const DEFAULT_MONTHLY_MINOR = 50_000

export interface ProjectionInput {
  /** What the plan holds today, in minor units. */
  readonly balanceMinor: number
  /** Yearly. */
  readonly mean: number
  readonly volatility: number
  readonly years: number
  /** Paid in at the end of every month, in minor units. */
  readonly monthlyMinor: number
}

/** One number for the end of each year: `years[i]` years from now. Minor units. */
export interface Projection {
  readonly years: number[]
  /** One in ten futures ends below. */
  readonly low: number[]
  /** Half of them end above. */
  readonly expected: number[]
  /** One in ten ends above. */
  readonly high: number[]
}

/** Futures that are played through. More of them move the tenth and the ninetieth of a hundred by less than the assumptions. */
export const FUTURES = 1000
const MONTHS = 12
const SEED = 0.618
/** Beyond it whole cents cannot be told apart. */
const MOST_MINOR = Number.MAX_SAFE_INTEGER

/**
 * The luck of every month of every future, with a mean of nothing and a spread of one. It is drawn once for the process,
 * from a seed: the same question has the same answer, and of two answers the better one is never luck. At the start,
 * because it takes longer than any answer.
 */
const luckOf = drawLuck()
function drawLuck(): Float32Array {
  const normal = randomNormal.source(randomLcg(SEED))(0, 1)
  const drawn = new Float32Array(FUTURES * MAX_YEARS * MONTHS)
  for (let month = 0; month < drawn.length; month += 1) drawn[month] = normal()
  return drawn
}

/**
 * How a plan may grow: a small Monte Carlo over monthly returns that are distributed log-normally, each independent of
 * the last. It knows neither taxes nor fees nor inflation, and its assumptions are no promise.
 */
export function project({ balanceMinor, mean, volatility, years, monthlyMinor }: ProjectionInput): Projection {
  const spread = volatility / Math.sqrt(MONTHS)
  const drift = Math.log1p(mean) / MONTHS - spread ** 2 / 2
  const balances = new Float64Array(FUTURES).fill(Math.max(0, balanceMinor))
  const projection: Projection = { years: [], low: [], expected: [], high: [] }
  for (let year = 1; year <= years; year += 1) {
    for (let future = 0; future < FUTURES; future += 1) {
      let balance = balances[future] ?? 0
      const first = (future * MAX_YEARS + year - 1) * MONTHS
      for (let month = first; month < first + MONTHS; month += 1) {
        balance = balance * Math.exp(drift + spread * (luckOf[month] ?? 0)) + monthlyMinor
      }
      balances[future] = balance
    }
    const sorted = Float64Array.from(balances).sort()
    const at = (share: number) => Math.min(MOST_MINOR, Math.round(sorted[Math.round(share * (FUTURES - 1))] ?? 0))
    projection.years.push(year)
    projection.low.push(at(0.1))
    projection.expected.push(at(0.5))
    projection.high.push(at(0.9))
  }
  return projection
}
