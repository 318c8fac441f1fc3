import { rollups } from 'd3-array'
import { area, line } from 'd3-shape'
import type { VNode } from 'preact'
import { ChartFrame, ChartKey, EndDot } from './chart/frame.js'
import { percentOf, plotScales } from './chart/scales.js'
import { Disclosure } from './section.js'
import { DataTable } from './table.js'
import { Money } from './values.js'

/** A plan at one time, in minor units. */
export interface GrowthPoint {
  at: Date
  contributed: number
  balance: number
}

interface GrowthChartProps {
  title: string
  /** Describes the chart for screen readers. */
  description: string
  /** Oldest first. */
  points: readonly GrowthPoint[]
  currency: string
  /** Unique in the page. Default `growth`. */
  id?: string | undefined
}

/** Draws balance and contributions over time. */
export function GrowthChart({ title, description, points, currency, id = 'growth' }: GrowthChartProps): VNode {
  const last = points.at(-1)
  if (last === undefined) return <p class="empty">There is no data yet.</p>
  const scales = plotScales(
    points.map(({ at }) => at),
    points.flatMap(({ contributed, balance }) => [contributed, balance]),
    currency,
  )
  const money = (amountMinor: number) => <Money amountMinor={amountMinor} currency={currency} />
  const x = ({ at }: GrowthPoint) => scales.x(at)
  const balance = ({ balance }: GrowthPoint) => scales.y(balance)
  const contributed = ({ contributed }: GrowthPoint) => scales.y(contributed)
  const end = percentOf(x(last))
  return (
    <>
      <ChartKey
        items={[
          { series: 'balance', children: <>Balance {money(last.balance)}</> },
          { series: 'contributed', children: <>Paid in {money(last.contributed)}</> },
        ]}
      />
      <ChartFrame
        id={id}
        title={title}
        description={description}
        scales={scales}
        marks={
          <>
            <path class="chart-area" d={area(x, scales.y(0), balance).digits(1)(points) ?? ''} />
            <path class="chart-line chart-balance" d={line(x, balance).digits(1)(points) ?? ''} />
            <path class="chart-line chart-contributed" d={line(x, contributed).digits(1)(points) ?? ''} />
          </>
        }
        dots={
          <>
            <EndDot series="balance" x={end} y={percentOf(balance(last))} />
            <EndDot series="contributed" x={end} y={percentOf(contributed(last))} />
          </>
        }
      />
    </>
  )
}

/** Shows the last point of each year of a `GrowthChart` as a table. */
export function GrowthTable({ points, currency }: { points: readonly GrowthPoint[]; currency: string }): VNode | null {
  if (points.length === 0) return null
  const years = rollups(
    points,
    (ofYear) => ofYear.at(-1),
    ({ at }) => at.getUTCFullYear(),
  ).flatMap(([year, point]) => (point === undefined ? [] : [{ year, ...point }]))
  const money = (amountMinor: number, signed = false) => (
    <Money amountMinor={amountMinor} currency={currency} signed={signed} />
  )
  return (
    <Disclosure summary="The same numbers as a table">
      <DataTable
        caption="Growth by year"
        captionHidden
        rows={years}
        columns={[
          { header: 'Year', rowHeader: true, cell: ({ year }) => year },
          { header: 'Paid in', numeric: true, cell: ({ contributed }) => money(contributed) },
          { header: 'Growth', numeric: true, cell: ({ balance, contributed }) => money(balance - contributed, true) },
          { header: 'Balance', numeric: true, cell: ({ balance }) => money(balance) },
        ]}
      />
    </Disclosure>
  )
}
