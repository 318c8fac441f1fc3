import type { Metric, MetricObjectWithValues, MetricValueWithName, Registry } from 'prom-client'

/** In seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

type Label = 'method' | 'route' | 'status' | 'le'

interface Tally {
  /** How many took at most as long as the bucket of this place says, and longer than the one before; the last, longer than all. */
  readonly counts: number[]
  seconds: number
}

/**
 * The histogram of how long requests took, for the registry of prom-client. That library's own spells out the labels at
 * every observation, and recognising the person takes no longer; here they are looked up as they are, and spelt out when
 * somebody asks for the numbers.
 */
export class RequestDurations {
  readonly name = 'http_request_duration_seconds'
  readonly help = 'Time from the request to its answer'
  readonly type = 'histogram'
  readonly labelNames = ['method', 'route', 'status'] as const
  readonly #tallies = new Map<string, Map<string, Map<number, Tally>>>()

  constructor(registry: Registry) {
    registry.registerMetric(this as unknown as Metric)
  }

  observe(route: string, method: string, status: number, seconds: number): void {
    const tally = this.#tallies.get(route)?.get(method)?.get(status) ?? this.#begin(route, method, status)
    let bucket = 0
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] as number)) bucket += 1
    tally.counts[bucket] = (tally.counts[bucket] ?? 0) + 1
    tally.seconds += seconds
  }

  #begin(route: string, method: string, status: number): Tally {
    const methods = this.#tallies.get(route) ?? new Map<string, Map<number, Tally>>()
    const statuses = methods.get(method) ?? new Map<number, Tally>()
    const tally = { counts: new Array<number>(BUCKETS.length + 1).fill(0), seconds: 0 }
    this.#tallies.set(route, methods.set(method, statuses.set(status, tally)))
    return tally
  }

  /** What the registry asks of a metric. */
  async get(): Promise<MetricObjectWithValues<MetricValueWithName<Label>>> {
    const values = [...this.#tallies].flatMap(([route, methods]) =>
      [...methods].flatMap(([method, statuses]) =>
        [...statuses].flatMap(([status, tally]) => this.#values({ method, route, status }, tally)),
      ),
    )
    return { name: this.name, help: this.help, type: this.type, values } as unknown as MetricObjectWithValues<
      MetricValueWithName<Label>
    >
  }

  #values(labels: { method: string; route: string; status: number }, { counts, seconds }: Tally) {
    let count = 0
    const buckets = counts.map((more, place) => {
      count += more
      return { metricName: `${this.name}_bucket`, labels: { le: BUCKETS[place] ?? '+Inf', ...labels }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: seconds },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }
}
