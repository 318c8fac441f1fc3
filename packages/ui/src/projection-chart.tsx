import { area, line } from 'd3-shape'
import type { VNode } from 'preact'
import { ChartFrame, ChartKey, EndDot } from './chart/frame.js'
import { percentOf, plotScales } from './chart/scales.js'
import { Disclosure } from './section.js'
import { DataTable } from './table.js'
import { Money } from './values.js'

/** A projected balance at one time, in minor units. */
export interface ProjectionPoint {
  at: Date
  low: number
  expected: number
  high: number
  contributed: number
}

export interface ProjectionChartProps {
  title: string
  /** Describes the chart for screen readers. */
  description: string
  /** The first point is today. */
  points: readonly ProjectionPoint[]
  currency: string
}

/** Draws the range between low and high, the expected balance and the contributions. */
export function ProjectionChart({ title, description, points, currency }: ProjectionChartProps): VNode {
  const last = points.at(-1)
  if (last === undefined) return <p class="empty">There is no data yet.</p>
  const scales = plotScales(
    points.map(({ at }) => at),
    points.flatMap(({ low, high, contributed }) => [low, high, contributed]),
    currency,
  )
  const money = (amountMinor: number) => <Money amountMinor={amountMinor} currency={currency} />
  const x = ({ at }: ProjectionPoint) => scales.x(at)
  const y = (series: 'low' | 'expected' | 'high' | 'contributed') => (point: ProjectionPoint) => scales.y(point[series])
  const end = percentOf(x(last))
  return (
    <>
      <ChartKey
        items={[
          { series: 'balance', children: <>Expected {money(last.expected)}</> },
          {
            series: 'band',
            children: (
              <>
                Low {money(last.low)}, high {money(last.high)}
              </>
            ),
          },
          { series: 'contributed', children: <>Paid in {money(last.contributed)}</> },
        ]}
      />
      <ChartFrame
        id="projection-chart"
        title={title}
        description={description}
        scales={scales}
        marks={
          <>
            <path class="chart-area" d={area(x, y('low'), y('high')).digits(1)(points) ?? ''} />
            <path class="chart-edge" d={line(x, y('high')).digits(1)(points) ?? ''} />
            <path class="chart-edge" d={line(x, y('low')).digits(1)(points) ?? ''} />
            <path class="chart-line chart-contributed" d={line(x, y('contributed')).digits(1)(points) ?? ''} />
            <path class="chart-line chart-balance" d={line(x, y('expected')).digits(1)(points) ?? ''} />
          </>
        }
        dots={
          <>
            <EndDot series="contributed" x={end} y={percentOf(y('contributed')(last))} />
            <EndDot series="balance" x={end} y={percentOf(y('expected')(last))} />
          </>
        }
      />
    </>
  )
}

/** Shows the values of a `ProjectionChart` by year. */
export function ProjectionTable({ points, currency }: Pick<ProjectionChartProps, 'points' | 'currency'>): VNode {
  const money = (amountMinor: number) => <Money amountMinor={amountMinor} currency={currency} />
  return (
    <Disclosure summary="The same numbers as a table">
      <DataTable
        caption="Projection by year"
        captionHidden
        rows={points}
        columns={[
          { header: 'Year', rowHeader: true, cell: ({ at }) => at.getUTCFullYear() },
          { header: 'Paid in', numeric: true, cell: ({ contributed }) => money(contributed) },
          { header: 'Low', numeric: true, cell: ({ low }) => money(low) },
          { header: 'Expected', numeric: true, cell: ({ expected }) => money(expected) },
          { header: 'High', numeric: true, cell: ({ high }) => money(high) },
        ]}
      />
    </Disclosure>
  )
}
