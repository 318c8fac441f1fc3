import { area, line } from 'd3-shape'
import type { ComponentChildren, VNode } from 'preact'
import { percentOf, plotScales, plotSize } from './chart/scales.js'
import { Money } from './values.js'

/** Reads a value of a point, in minor units. */
type Value<Point> = (point: Point) => number

interface Line<Point> {
  /** How the style sheet draws it. */
  readonly series: 'balance' | 'contributed'
  readonly label: string
  readonly value: Value<Point>
}

export interface LineChartProps<Point> {
  /** Unique in the page: connects the chart with its name and description. */
  readonly id: string
  readonly title: string
  /** Describes the chart for screen readers. */
  readonly description: string
  /** Oldest first. */
  readonly points: readonly Point[]
  readonly currency: string
  readonly lines: readonly Line<Point>[]
  /** The area between two values. */
  readonly band: { readonly from: Value<Point>; readonly to: Value<Point> }
  /** Whether the band has edges and an entry in the key. */
  readonly isRange?: boolean
}

/** Draws amounts over time as lines above a band. Screen readers get the chart as one image. */
export function LineChart<Point extends { readonly at: Date }>(props: LineChartProps<Point>): VNode {
  const { id, points, currency, lines, band, isRange = false } = props
  const last = points.at(-1)
  if (last === undefined) return <p class="empty">There is no data yet.</p>
  const values = [...lines.map(({ value }) => value), band.from, band.to]
  const scales = plotScales(
    points.map(({ at }) => at),
    points.flatMap((point) => values.map((value) => value(point))),
    currency,
  )
  const x = ({ at }: Point) => scales.x(at)
  const y = (value: Value<Point>) => (point: Point) => scales.y(value(point))
  const path = (value: Value<Point>) => line<Point>(x, y(value)).digits(1)(points) ?? ''
  const money = (value: Value<Point>) => <Money amountMinor={value(last)} currency={currency} />
  const [first, ...others] = lines.map(({ series, label, value }) => (
    <KeyEntry key={series} sample={<path class={`chart-line chart-${series}`} d="M0 6H28" />}>
      {label} {money(value)}
    </KeyEntry>
  ))
  return (
    <>
      <ul class="chart-key">
        {first}
        {isRange && (
          <KeyEntry sample={<path class="chart-area" d="M0 0H28V12H0Z" />}>
            Low {money(band.from)}, high {money(band.to)}
          </KeyEntry>
        )}
        {others}
      </ul>
      <svg class="chart" role="img" aria-labelledby={`${id}-title ${id}-description`}>
        <title id={`${id}-title`}>{props.title}</title>
        <desc id={`${id}-description`}>{props.description}</desc>
        {scales.yTicks.map(({ percent }) => (
          <line key={percent} class="chart-grid" x1="0" x2="100%" y1={`${percent}%`} y2={`${percent}%`} />
        ))}
        <svg aria-hidden="true" class="chart-plot" viewBox={`0 0 ${plotSize} ${plotSize}`} preserveAspectRatio="none">
          <path class="chart-area" d={area<Point>(x, y(band.from), y(band.to)).digits(1)(points) ?? ''} />
          {isRange && [band.to, band.from].map((edge, index) => <path key={index} class="chart-edge" d={path(edge)} />)}
          {lines.map(({ series, value }) => (
            <path key={series} class={`chart-line chart-${series}`} d={path(value)} />
          ))}
        </svg>
        {scales.yTicks.map(({ percent, label }) => (
          <text key={label} class="chart-tick" x="0" y={`${percent}%`} dy="-5">
            {label}
          </text>
        ))}
        {scales.xTicks.map(({ percent, label }) => (
          <text key={label} class={`chart-tick ${anchorAt(percent)}`} x={`${percent}%`} y="100%" dy="20">
            {label}
          </text>
        ))}
        {lines.map(({ series, value }) => {
          const [cx, cy] = [percentOf(x(last)), percentOf(y(value)(last))]
          return <circle key={series} class={`chart-dot chart-${series}`} cx={`${cx}%`} cy={`${cy}%`} r="4" />
        })}
      </svg>
    </>
  )
}

/** An entry of the key: a sample, and what it shows. */
const KeyEntry = ({ sample, children }: { sample: VNode; children: ComponentChildren }): VNode => (
  <li>
    <svg width="28" height="12" aria-hidden="true" focusable="false">
      {sample}
    </svg>
    <span>{children}</span>
  </li>
)

/** Text near an edge is aligned inwards, so that it is not cut off. */
function anchorAt(percent: number): string {
  if (percent < 6) return 'chart-start'
  return percent > 94 ? 'chart-end' : 'chart-middle'
}
