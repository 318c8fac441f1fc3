import { readHistogram } from './histogram.js'
import type { Sample, Samples } from './parse-metrics.js'

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

const isWork = ({ labels }: Sample): boolean => !EXCLUDED_ROUTES.has(labels.route ?? '')

/** The metrics of one process at one moment, as far as the page shows them. */
export type Snapshot = Readonly<ReturnType<typeof readSnapshot>>

/** Reads a snapshot. @throws {TypeError} when the metrics are not those of a Signet service. */
export function readSnapshot(samples: Samples, atMs: number) {
  const build = samples.get('signet_build_info')?.[0]?.labels
  const startedAt = gauge(samples, 'process_start_time_seconds')
  if (!build?.replica || startedAt === undefined) throw new TypeError('these are not the metrics of a Signet service')
  const requests = (samples.get('http_request_duration_seconds_count') ?? []).filter(isWork)
  return {
    replica: build.replica,
    version: build.version ?? '',
    commit: build.commit ?? '',
    atMs,
    startedAtMs: startedAt * 1000,
    // From here on: totals since the process started.
    latency: readHistogram(samples, 'http_request_duration_seconds', isWork),
    /** Responses by the first digit of their status. */
    answers: sumBy(requests, ({ labels }) => (labels.status ?? '').slice(0, 1)),
    authentications: gauge(samples, 'authentications_total') ?? 0,
    authenticationSeconds: gauge(samples, 'authentication_seconds_total') ?? 0,
    signIns: byLabel(samples, 'sign_ins_total', 'outcome'),
    renewals: byLabel(samples, 'session_renewals_total', 'outcome'),
    tokensRefused: byLabel(samples, 'tokens_refused_total', 'code'),
    /** Sign-out propagation in seconds: from the sign-out until this process refuses the session. */
    signOutDelay: readHistogram(samples, 'revocation_delay_seconds'),
    // From here on: current values; undefined when the service does not report them.
    statusListsHeld: gauge(samples, 'status_lists_held'),
    statusListAgeSeconds: gauge(samples, 'status_list_age_seconds'),
    cachedTokens: gauge(samples, 'verified_tokens_cached'),
    hashesRunning: gauge(samples, 'password_hashes_running'),
    hashesWaiting: gauge(samples, 'password_hashes_waiting'),
    depositsPending: gauge(samples, 'deposits_pending'),
    depositsRefused: gauge(samples, 'deposits_refused'),
    oldestDepositSeconds: gauge(samples, 'deposit_oldest_pending_seconds'),
    memoryBytes: gauge(samples, 'process_resident_memory_bytes'),
    /** p99 since the last scrape. */
    eventLoopLagSeconds: gauge(samples, 'nodejs_eventloop_lag_p99_seconds'),
  }
}

function gauge(samples: Samples, name: string): number | undefined {
  const value = samples.get(name)?.[0]?.value
  return value === undefined || Number.isNaN(value) ? undefined : value
}

const byLabel = (samples: Samples, name: string, label: string): Record<string, number> =>
  sumBy(samples.get(name) ?? [], ({ labels }) => labels[label] ?? '')

function sumBy(samples: readonly Sample[], key: (sample: Sample) => string): Record<string, number> {
  const sums = new Map<string, number>()
  for (const sample of samples) sums.set(key(sample), (sums.get(key(sample)) ?? 0) + sample.value)
  return Object.fromEntries(sums)
}
