import { rollups } from 'd3-array'
import type { VNode } from 'preact'
import { LineChart, type LineChartProps } from './chart.js'
import { Disclosure } from './section.js'
import { type Column, DataTable } from './table.js'
import { Money } from './values.js'

/** A plan at one time, in minor units. */
export interface GrowthPoint {
  at: Date
  contributed: number
  balance: number
}

/** A projected balance at one time, in minor units. */
export interface ProjectionPoint {
  at: Date
  low: number
  expected: number
  high: number
  contributed: number
}

type ChartProps<Point> = Pick<LineChartProps<Point>, 'title' | 'description' | 'points' | 'currency'>
type TableProps<Point> = Pick<ChartProps<Point>, 'points' | 'currency'>

const paidIn = {
  series: 'contributed' as const,
  label: 'Paid in',
  value: ({ contributed }: { contributed: number }) => contributed,
}
const balanceOf = ({ balance }: GrowthPoint) => balance

/** Draws balance and contributions over time. */
export const GrowthChart = (props: ChartProps<GrowthPoint>): VNode => (
  <LineChart
    {...props}
    id="growth"
    lines={[{ series: 'balance', label: 'Balance', value: balanceOf }, paidIn]}
    band={{ from: () => 0, to: balanceOf }}
  />
)

/** Draws the range between low and high, the expected balance and the contributions. The first point is today. */
export const ProjectionChart = (props: ChartProps<ProjectionPoint>): VNode => (
  <LineChart
    {...props}
    id="projection-chart"
    lines={[{ series: 'balance', label: 'Expected', value: ({ expected }) => expected }, paidIn]}
    band={{ from: ({ low }) => low, to: ({ high }) => high }}
    isRange
  />
)

interface YearTableProps<Point> extends TableProps<Point> {
  readonly caption: string
  /** Amounts by header. Those in `signed` have a sign. */
  readonly amounts: Readonly<Record<string, (point: Point) => number>>
  readonly signed?: string
}

function YearTable<Point extends { at: Date }>(props: YearTableProps<Point>): VNode {
  const columns = Object.entries(props.amounts).map(([header, amount]): Column<Point> => {
    const signed = header === props.signed
    const cell = (point: Point) => <Money amountMinor={amount(point)} currency={props.currency} signed={signed} />
    return { header, numeric: true, cell }
  })
  return (
    <Disclosure summary="The same numbers as a table">
      <DataTable<Point>
        caption={props.caption}
        captionHidden
        rows={props.points}
        columns={[{ header: 'Year', rowHeader: true, cell: ({ at }) => at.getUTCFullYear() }, ...columns]}
      />
    </Disclosure>
  )
}

/** Shows the last point of each year of a `GrowthChart` as a table. */
export function GrowthTable({ points, currency }: TableProps<GrowthPoint>): VNode | null {
  if (points.length === 0) return null
  const lastOfYears = rollups(
    points,
    (ofYear) => ofYear.slice(-1),
    ({ at }) => at.getUTCFullYear(),
  ).flatMap(([, last]) => last)
  const amounts = {
    'Paid in': paidIn.value,
    Growth: ({ balance, contributed }: GrowthPoint) => balance - contributed,
    Balance: balanceOf,
  }
  return (
    <YearTable caption="Growth by year" points={lastOfYears} currency={currency} amounts={amounts} signed="Growth" />
  )
}

/** Shows the values of a `ProjectionChart` by year. */
export const ProjectionTable = (props: TableProps<ProjectionPoint>): VNode => (
  <YearTable
    {...props}
    caption="Projection by year"
    amounts={{
      'Paid in': paidIn.value,
      Low: ({ low }) => low,
      Expected: ({ expected }) => expected,
      High: ({ high }) => high,
    }}
  />
)
