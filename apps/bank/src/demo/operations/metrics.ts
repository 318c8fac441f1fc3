/** One line of Prometheus text. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Samples by the name of their series. */
type Samples = ReadonlyMap<string, readonly Sample[]>

/** A Signet service has about 2,000. */
const MAX_SAMPLES = 50_000

const LABEL = String.raw`([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"`
/** Matched without regard to case, as Prometheus does: prom-client writes `Nan`. */
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]inf|nan`
const LINE = new RegExp(
  String.raw`^(?<name>[a-z_:][\w:]*)(?:\{(?<labels>(?:${LABEL}(?:,|(?=\})))*)\})? (?<value>${NUMBER})(?: -?\d+)?$`,
  'i',
)

/**
 * Parses Prometheus' text format, version 0.0.4.
 *
 * @throws {SyntaxError} that names the first invalid line. A response that was cut off is refused as a whole.
 */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, Sample[]>()
  let count = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue
    const { name, labels = '', value } = LINE.exec(line)?.groups ?? {}
    const pairs = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([, label = '', escaped = '']) => {
      return [label, escaped.replaceAll(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character))] as const
    })
    const unique = new Map(pairs)
    if (name === undefined || value === undefined || unique.size < pairs.length)
      throw new SyntaxError(`line ${index + 1} is not a sample`)
    count += 1
    if (count > MAX_SAMPLES) throw new SyntaxError(`more than ${MAX_SAMPLES} samples`)
    const series = samples.get(name) ?? []
    series.push({ labels: Object.fromEntries(unique), value: Number(value.replace(/inf/i, 'Infinity')) })
    samples.set(name, series)
  }
  return samples
}

/** Programs poll these routes, or their responses wait for an event: they say nothing about response times. */
const EXCLUDED_ROUTES = new Set([
  '/metrics',
  '/healthz',
  '/readyz',
  '/status-lists/:id',
  '/api/session/events',
  '/operations',
  '/wire',
  '/wire/events',
  '/assets/*',
])

/** Numbers by the value of a label. A histogram has cumulative counts by upper bound, the last is `+Inf`. */
export type Counts = Readonly<Record<string, number>>

/** The metrics of one process at one moment, as far as the page shows them. */
export type Snapshot = Readonly<ReturnType<typeof readSnapshot>>

/** Reads a snapshot. @throws {TypeError} when the metrics are not those of a Signet service. */
export function readSnapshot(samples: Samples, atMs: number) {
  const series = (name: string) => samples.get(name) ?? []
  const gauge = (name: string) => {
    const value = series(name)[0]?.value
    return Number.isNaN(value) ? undefined : value
  }
  const requests = (name: string) =>
    series(`http_request_duration_seconds_${name}`).filter(({ labels }) => !EXCLUDED_ROUTES.has(labels.route ?? ''))
  const build = series('signet_build_info')[0]?.labels
  const startedAt = gauge('process_start_time_seconds')
  if (!build?.replica || startedAt === undefined) throw new TypeError('these are not the metrics of a Signet service')
  return {
    replica: build.replica,
    version: build.version ?? '',
    commit: build.commit ?? '',
    atMs,
    startedAtMs: startedAt * 1000,
    // From here on: totals since the process started.
    latency: sumBy(requests('bucket'), 'le'),
    /** Responses by the first digit of their status. */
    answers: sumOf(requests('count').map(({ labels, value }) => ({ [labels.status?.[0] ?? '']: value }))),
    authentications: {
      count: gauge('authentications_total') ?? 0,
      seconds: gauge('authentication_seconds_total') ?? 0,
    },
    signIns: sumBy(series('sign_ins_total'), 'outcome'),
    renewals: sumBy(series('session_renewals_total'), 'outcome'),
    tokensRefused: sumBy(series('tokens_refused_total'), 'code'),
    /** Sign-out propagation in seconds: from the sign-out until this process refuses the session. */
    signOutDelay: sumBy(series('revocation_delay_seconds_bucket'), 'le'),
    // From here on: current values; undefined when the service does not report them.
    statusListsHeld: gauge('status_lists_held'),
    statusListAgeSeconds: gauge('status_list_age_seconds'),
    cachedTokens: gauge('verified_tokens_cached'),
    hashesRunning: gauge('password_hashes_running'),
    hashesWaiting: gauge('password_hashes_waiting'),
    depositsPending: gauge('deposits_pending'),
    depositsRefused: gauge('deposits_refused'),
    oldestDepositSeconds: gauge('deposit_oldest_pending_seconds'),
    memoryBytes: gauge('process_resident_memory_bytes'),
    /** p99 since the last scrape. */
    eventLoopLagSeconds: gauge('nodejs_eventloop_lag_p99_seconds'),
  }
}

const sumBy = (samples: readonly Sample[], label: string): Counts =>
  sumOf(samples.map(({ labels, value }) => ({ [labels[label] ?? '']: value })))

/** Adds counts of the same name. */
export function sumOf(all: readonly Counts[]): Counts {
  const sums = new Map<string, number>()
  for (const counts of all) {
    for (const [key, value] of Object.entries(counts)) sums.set(key, (sums.get(key) ?? 0) + value)
  }
  return Object.fromEntries(sums)
}

/** Subtracts an earlier reading of the same process. */
export const since = (now: Counts, earlier: Counts): Counts =>
  sumOf([now, Object.fromEntries(Object.entries(earlier).map(([key, value]) => [key, -value]))])

export const countOf = (histogram: Counts): number => histogram['+Inf'] ?? 0

/**
 * Returns the quantile for a share (0.95 is p95), as Prometheus' `histogram_quantile` does: linear within a bucket, the
 * last finite bound above it. Undefined for an empty histogram.
 */
export function quantile(histogram: Counts, share: number): number | undefined {
  if (!(countOf(histogram) > 0)) return undefined
  const rank = share * countOf(histogram)
  const bounds = Object.keys(histogram).filter((bound) => bound !== '+Inf')
  let [lower, below] = [0, 0]
  for (const bound of bounds.map(Number).sort((one, other) => one - other)) {
    const atMost = histogram[bound] ?? 0
    if (atMost >= rank) return atMost === below ? bound : lower + ((bound - lower) * (rank - below)) / (atMost - below)
    ;[lower, below] = [bound, atMost]
  }
  return lower
}
