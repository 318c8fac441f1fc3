import type { ComponentChildren, VNode } from 'preact'
import { type PlotScales, plotSize, type Tick } from './scales.js'

export interface ChartFrameProps {
  /** Unique in the page: ties the picture to its name and description. */
  id: string
  title: string
  description: string
  scales: PlotScales
  /** Paths in plot units; the browser stretches them. */
  marks: ComponentChildren
  /** What must keep its shape (text, dots), placed in percent. */
  labels: ComponentChildren
}

/** Axes and grid around whatever is drawn: one picture to a screen reader. */
export function ChartFrame({ id, title, description, scales, marks, labels }: ChartFrameProps): VNode {
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
      {labels}
    </svg>
  )
}

/** Text near an edge grows inwards, so that it is not cut off. */
function anchorOf({ percent }: Pick<Tick, 'percent'>): string {
  if (percent < 6) return 'chart-start'
  return percent > 94 ? 'chart-end' : 'chart-middle'
}

export interface SeriesLabelProps {
  /** Where the line ends, in percent. */
  x: number
  y: number
  /** On which side of the line the text stands. */
  side: 'above' | 'below'
  series: 'balance' | 'contributed'
  children: ComponentChildren
}

/** A dot at a line's end and its name: read where the eye is, instead of in a legend. */
export function SeriesLabel({ x, y, side, series, children }: SeriesLabelProps): VNode {
  return (
    <>
      <circle class={`chart-dot chart-${series}`} cx={`${x}%`} cy={`${y}%`} r="4" />
      <text
        class={`chart-label ${x > 50 ? 'chart-end' : 'chart-middle'}`}
        x={`${x}%`}
        y={`${y}%`}
        dy={side === 'above' ? -12 : 22}
      >
        {children}
      </text>
    </>
  )
}
