import type { ComponentChildren, VNode } from 'preact'
import { type PlotScales, plotSize, type Tick } from './scales.js'

export interface ChartFrameProps {
  /** Unique in the page: connects the chart with its name and description. */
  id: string
  title: string
  description: string
  scales: PlotScales
  /** Paths in plot units, which the browser stretches. */
  marks: ComponentChildren
  /** Elements that must not be stretched, positioned in percent. */
  dots: ComponentChildren
}

/** Axes and grid around a chart. Screen readers get it as one image. */
export function ChartFrame({ id, title, description, scales, marks, dots }: ChartFrameProps): VNode {
  return (
    <svg class="chart" role="img" aria-labelledby={`${id}-title ${id}-description`}>
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-description`}>{description}</desc>
      {scales.yTicks.map(({ percent }) => (
        <line key={percent} class="chart-grid" x1="0" x2="100%" y1={`${percent}%`} y2={`${percent}%`} />
      ))}
      <svg aria-hidden="true" class="chart-plot" viewBox={`0 0 ${plotSize} ${plotSize}`} preserveAspectRatio="none">
        {marks}
      </svg>
      {scales.yTicks.map(({ percent, label }) => (
        <text key={label} class="chart-tick" x="0" y={`${percent}%`} dy="-5">
          {label}
        </text>
      ))}
      {scales.xTicks.map(({ percent, label }) => (
        <text key={label} class={`chart-tick ${anchorOf({ percent })}`} x={`${percent}%`} y="100%" dy="20">
          {label}
        </text>
      ))}
      {dots}
    </svg>
  )
}

/** Text near an edge is aligned inwards, so that it is not cut off. */
function anchorOf({ percent }: Pick<Tick, 'percent'>): string {
  if (percent < 6) return 'chart-start'
  return percent > 94 ? 'chart-end' : 'chart-middle'
}

/** The lines that the style sheet defines. */
export type Series = 'balance' | 'contributed'

/** An entry of the key: a line, or the range between two lines. */
export type KeySeries = Series | 'band'

/** Marks the end of a line, in percent. */
export function EndDot({ series, x, y }: { series: Series; x: number; y: number }): VNode {
  return <circle class={`chart-dot chart-${series}`} cx={`${x}%`} cy={`${y}%`} r="4" />
}

/** The chart's key: a sample of each line and its last value. */
export function ChartKey({ items }: { items: { series: KeySeries; children: ComponentChildren }[] }): VNode {
  return (
    <ul class="chart-key">
      {items.map(({ series, children }) => (
        <li key={series}>
          <svg width="28" height="12" aria-hidden="true" focusable="false">
            {series === 'band' ? (
              <path class="chart-area" d="M0 0H28V12H0Z" />
            ) : (
              <path class={`chart-line chart-${series}`} d="M0 6H28" />
            )}
          </svg>
          <span>{children}</span>
        </li>
      ))}
    </ul>
  )
}
