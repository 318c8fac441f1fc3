import { randomLcg, randomNormal } from 'd3-random'

export const MAX_YEARS = 50
export const MAX_MONTHLY_MINOR = 1_000_000
export const DEFAULT_YEARS = 20
export const DEFAULT_MONTHLY_MINOR = 50_000

export interface ProjectionInput {
  /** Balance today, in minor units. */
  readonly balanceMinor: number
  /** Mean and volatility per year. */
  readonly mean: number
  readonly volatility: number
  readonly years: number
  /** Paid in at the end of every month, in minor units. */
  readonly monthlyMinor: number
}

/** Amounts in minor units at the end of each year: index `i` is `years[i]` years from now. */
export interface Projection {
  readonly years: number[]
  /** 10th percentile. */
  readonly low: number[]
  /** Median. */
  readonly expected: number[]
  /** 90th percentile. */
  readonly high: number[]
}

/** Simulated runs. More of them would change the percentiles by less than the assumptions do. */
export const FUTURES = 1000
const MONTHS = 12
const SEED = 0.618
/** Above it a number cannot represent every cent. */
const MOST_MINOR = Number.MAX_SAFE_INTEGER

/**
 * Standard normal samples for every month of every run. They come from a fixed seed, so that equal inputs give equal
 * results and different inputs are compared on the same samples. Computed at start, because that takes longer than a request.
 */
const samples = drawSamples()
function drawSamples(): Float32Array {
  const normal = randomNormal.source(randomLcg(SEED))(0, 1)
  const drawn = new Float32Array(FUTURES * MAX_YEARS * MONTHS)
  for (let month = 0; month < drawn.length; month += 1) drawn[month] = normal()
  return drawn
}

/**
 * Projects a plan with a Monte Carlo simulation of independent, log-normal monthly returns. It ignores taxes, fees and
 * inflation.
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
        balance = balance * Math.exp(drift + spread * (samples[month] ?? 0)) + monthlyMinor
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
