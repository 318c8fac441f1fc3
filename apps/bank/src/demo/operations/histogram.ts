import type { Sample, Samples } from './parse-metrics.js'

/** A cumulative Prometheus histogram: ascending upper bounds, the last is infinity. */
export interface Distribution {
  readonly buckets: readonly (readonly [upperBound: number, count: number])[]
  readonly sum: number
}

export const EMPTY: Distribution = { buckets: [], sum: 0 }

export const countOf = ({ buckets }: Distribution): number => buckets.at(-1)?.[1] ?? 0

/** Reads a histogram, summed over the series for which `counts` returns true. */
export function readHistogram(
  samples: Samples,
  name: string,
  counts: (sample: Sample) => boolean = () => true,
): Distribution {
  const buckets = new Map<number, number>()
  for (const sample of samples.get(`${name}_bucket`) ?? []) {
    const bound = sample.labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample.labels.le)
    if (counts(sample) && !Number.isNaN(bound)) buckets.set(bound, (buckets.get(bound) ?? 0) + sample.value)
  }
  const sums = (samples.get(`${name}_sum`) ?? []).filter(counts)
  return {
    buckets: [...buckets].toSorted(([one], [other]) => one - other),
    sum: sums.reduce((total, { value }) => total + value, 0),
  }
}

/** Subtracts an earlier reading of the same process. */
export const since = (now: Distribution, earlier: Distribution): Distribution =>
  combine(now, earlier, (one, other) => one - other)

/** Adds the histograms of two processes, which have the same bounds. */
export const together = (one: Distribution, other: Distribution): Distribution =>
  combine(one, other, (left, right) => left + right)

function combine(
  one: Distribution,
  other: Distribution,
  operation: (left: number, right: number) => number,
): Distribution {
  const bounds = new Set([...one.buckets, ...other.buckets].map(([bound]) => bound))
  const at = ({ buckets }: Distribution, bound: number) => buckets.find(([known]) => known === bound)?.[1] ?? 0
  return {
    buckets: [...bounds]
      .toSorted((left, right) => left - right)
      .map((bound) => [bound, operation(at(one, bound), at(other, bound))]),
    sum: operation(one.sum, other.sum),
  }
}

/**
 * Returns the quantile for a share (0.95 is p95), as Prometheus' `histogram_quantile` does: linear within a bucket, the
 * last finite bound above it. Undefined for an empty histogram.
 */
export function quantile(distribution: Distribution, share: number): number | undefined {
  const count = countOf(distribution)
  if (!(count > 0)) return undefined
  const rank = share * count
  let [lower, below] = [0, 0]
  for (const [bound, atMost] of distribution.buckets) {
    if (atMost >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return lower
      return atMost === below ? bound : lower + ((bound - lower) * (rank - below)) / (atMost - below)
    }
    ;[lower, below] = [bound, atMost]
  }
  return lower
}
