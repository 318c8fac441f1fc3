import { rollups } from 'd3-array'
import type { VNode } from 'preact'
import type { GrowthPoint } from './chart.js'
import { Disclosure } from './disclosure.js'
import { Money } from './money.js'
import { DataTable } from './table.js'

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
