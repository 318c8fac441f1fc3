import { extent, max, min } from 'd3-array'
import { scaleLinear, scaleUtc } from 'd3-scale'

/**
 * Side of the square in which paths are drawn. The browser stretches it to the available space. All other elements are
 * positioned in percent, so text keeps its size on every screen.
 */
export const plotSize = 1000

interface Tick {
  /** From the left or from the top, in percent of the plot. */
  percent: number
  label: string
}

const dayMs = 86_400_000

/** Creates scales from time and amounts to plot units. The vertical scale starts at zero, so that areas are proportional. */
export function plotScales(moments: readonly Date[], amounts: readonly number[], currency: string) {
  const [from = new Date(0), to = from] = extent(moments)
  const x = scaleUtc().domain([from, to]).range([0, plotSize])
  const y = scaleLinear()
    .domain([Math.min(0, min(amounts) ?? 0), Math.max(1, max(amounts) ?? 0)])
    .nice(4)
    .range([plotSize, 0])
  const money = shortMoney(currency)
  const moment = shortMoment(to.getTime() - from.getTime())
  return {
    x: (at: Date): number => x(at),
    y: (amountMinor: number): number => y(amountMinor),
    xTicks: distinct(x.ticks(4).map((at) => ({ percent: percentOf(x(at)), label: moment.format(at) }))),
    yTicks: distinct(y.ticks(4).map((amount) => ({ percent: percentOf(y(amount)), label: money(amount) }))),
  }
}

/** Converts plot units to percent, rounded to what a screen can show. */
export function percentOf(units: number): number {
  return Math.round((units / plotSize) * 10_000) / 100
}

/** Formats an amount for an axis, for example `$12K`. The table beside the chart has exact amounts. */
function shortMoney(currency: string): (amountMinor: number) => string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency, notation: 'compact' })
  const digits = new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits
  return (amountMinor) => format.format(amountMinor / 10 ** (digits ?? 2))
}

function shortMoment(spanMs: number): Intl.DateTimeFormat {
  const fields: Intl.DateTimeFormatOptions =
    spanMs > 2 * 365 * dayMs
      ? { year: 'numeric' }
      : spanMs > 90 * dayMs
        ? { month: 'short', year: 'numeric' }
        : { day: 'numeric', month: 'short' }
  return new Intl.DateTimeFormat('en-GB', { ...fields, timeZone: 'UTC' })
}

/** Removes ticks with equal labels, for example two hours of one day. */
function distinct(ticks: Tick[]): Tick[] {
  return ticks.filter((tick, index) => tick.label !== ticks[index - 1]?.label)
}
