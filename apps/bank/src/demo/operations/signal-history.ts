import { type ServiceState, total } from './rules.js'

/** The four golden signals of a service at one time: traffic, errors, latency and saturation. */
export type SignalPoint = Readonly<ReturnType<typeof pointOf>>

const KEPT_MS = 15 * 60_000

export const pointOf = (state: ServiceState, at: Date) => ({
  at,
  requestsPerSecond: state.requestsPerSecond,
  /** Share of responses with a 5xx status. */
  errorShare: errorShareOf(state),
  /** Undefined when there were no requests. */
  p95Seconds: state.latency?.p95,
  /** The largest event loop lag (p99) of any replica. */
  eventLoopLagSeconds: Math.max(...state.replicas.map(({ now }) => now.eventLoopLagSeconds ?? 0)),
})

/** Returns the signals of a state. Undefined for rates since the start: they would bend the line. */
export const signalsOf = (state: ServiceState, at: Date): SignalPoint | undefined =>
  state.answering && state.windowSeconds !== undefined ? pointOf(state, at) : undefined

export function errorShareOf({ answers }: Pick<ServiceState, 'answers'>): number {
  const answered = total(Object.values(answers))
  return answered > 0 ? (answers[5] ?? 0) / answered : 0
}

/** Adds a point and drops points older than 15 minutes. */
export const withPoint = (points: readonly SignalPoint[], point: SignalPoint | undefined, now: Date): SignalPoint[] =>
  [...points, ...(point ? [point] : [])].filter(({ at }) => now.getTime() - at.getTime() <= KEPT_MS)
