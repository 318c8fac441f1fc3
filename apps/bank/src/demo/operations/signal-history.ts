import { type ServiceState, total } from './rules.js'

/** The four golden signals of a service at one time: traffic, errors, latency and saturation. */
export interface SignalPoint {
  readonly at: Date
  readonly requestsPerSecond: number
  /** Share of responses with a 5xx status. */
  readonly errorShare: number
  /** Undefined when there were no requests. */
  readonly p95Seconds: number | undefined
  /** The largest event loop lag (p99) of any replica. */
  readonly eventLoopLagSeconds: number
}

const KEPT_MS = 15 * 60_000

/** Returns the signals of a state. Undefined for rates since the start: they would bend the line. */
export function signalsOf(state: ServiceState, at: Date): SignalPoint | undefined {
  if (!state.answering || state.windowSeconds === undefined) return undefined
  return {
    at,
    requestsPerSecond: state.requestsPerSecond,
    errorShare: errorShareOf(state),
    p95Seconds: state.latency?.p95,
    eventLoopLagSeconds: Math.max(...state.replicas.map(({ now }) => now.eventLoopLagSeconds ?? 0)),
  }
}

export function errorShareOf({ answers }: Pick<ServiceState, 'answers'>): number {
  const answered = total(Object.values(answers))
  return answered > 0 ? (answers[5] ?? 0) / answered : 0
}

/** Adds a point and drops points older than 15 minutes. */
export const withPoint = (points: readonly SignalPoint[], point: SignalPoint | undefined, now: Date): SignalPoint[] =>
  [...points, ...(point ? [point] : [])].filter(({ at }) => now.getTime() - at.getTime() <= KEPT_MS)
