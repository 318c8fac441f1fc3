import type { VNode } from 'preact'

interface BarChartProps {
  title: string
  /** `text` is the formatted value. */
  bars: readonly { label: string; value: number; text: string }[]
}

/** Draws values as bars from zero to the largest. Each bar has its value beside it, so screen readers skip the bars. */
export function BarChart({ title, bars }: BarChartProps): VNode {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE)
  return (
    <figure class="bars">
      <figcaption>{title}</figcaption>
      <dl>
        {bars.map(({ label, value, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <svg width="100%" height="12" aria-hidden="true" focusable="false">
                <rect class="bar-ground" width="100%" height="12" />
                <rect class="bar" width={`${((value / largest) * 100).toFixed(2)}%`} height="12" />
              </svg>
              <span>{text}</span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}
