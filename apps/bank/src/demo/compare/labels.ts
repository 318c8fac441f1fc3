import type { StrategyName } from '@signet/auth/verifier'
import type { Figures, Measurement } from './figures.js'

export const NAMES: Readonly<Record<StrategyName, string>> = {
  session: 'Session in memory',
  'shared-session': 'Session in a shared store',
  jwt: 'Signed token',
}

/** The order of the tour: from the approach that works in one process to the one that works everywhere. */
const ORDER: readonly StrategyName[] = ['session', 'shared-session', 'jwt']

export const inOrder = ({ approaches }: Measurement): Figures[] =>
  ORDER.flatMap((name) => approaches.filter(({ strategy }) => strategy === name))

export const STORES = { redis: 'Redis', postgresql: 'PostgreSQL' } as const

/** `0.42 ms`, `1.3 s`. */
export function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(2)} ms`
}
