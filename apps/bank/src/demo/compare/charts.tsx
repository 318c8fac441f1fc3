import { BarChart } from '@signet/demo'
import type { VNode } from 'preact'
import type { Figures, Measurement } from './figures.js'
import { duration, inOrder, NAMES } from './labels.js'

/** Draws the three figures that differ most. The table has all of them. */
export function Charts({ measured }: { measured: Measurement }): VNode {
  const approaches = inOrder(measured)
  const bars = (figure: (figures: Figures) => number | null, textOf: (value: number) => string) =>
    approaches.map((figures) => {
      const value = figure(figures)
      return {
        label: NAMES[figures.strategy],
        value: value ?? 0,
        text: value === null ? 'never accepted' : textOf(value),
      }
    })
  return (
    <div class="charts">
      <BarChart
        title="Cookie size per request"
        bars={bars(
          ({ cookieBytes }) => cookieBytes,
          (bytes) => `${bytes} bytes`,
        )}
      />
      <BarChart title="Authentication time (p50)" bars={bars(({ authenticationMs }) => authenticationMs, duration)} />
      <BarChart
        title="Sign-out propagation to retirement"
        bars={bars(({ refusedAtSiblingMs }) => refusedAtSiblingMs, duration)}
      />
    </div>
  )
}
