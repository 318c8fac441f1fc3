import { extent } from 'd3-array'
import { scaleLinear, scaleUtc } from 'd3-scale'
import { line } from 'd3-shape'
import type { VNode } from 'preact'
import { plotSize } from './scales.js'

interface SmallLinePoint {
  readonly at: Date
  readonly value: number
}

export interface SmallLineProps {
  /** Describes the line for screen readers, with its first and last value. */
  label: string
  /** Oldest first. */
  points: readonly SmallLinePoint[]
  /** The bottom of the picture. Default: the least value. */
  from?: number | undefined
}

/** Draws values over time as a small line without axes. Returns null for fewer than two points. */
export function SmallLine({ label, points, from }: SmallLineProps): VNode | null {
  const last = points.at(-1)
  if (last === undefined || points.length < 2) return null
  const [start = last.at, end = last.at] = extent(points, ({ at }) => at)
  const [least = 0, most = 0] = extent(points, ({ value }) => value)
  const bottom = Math.min(from ?? least, least)
  const x = scaleUtc().domain([start, end]).range([0, plotSize])
  // Equal values make a line in the middle, or at the bottom if that has a value.
  const y = scaleLinear()
    .domain(bottom === most ? [from ?? bottom - 1, most + 1] : [bottom, most])
    .range([plotSize, 0])
  const path = line<SmallLinePoint>(
    ({ at }) => x(at),
    ({ value }) => y(value),
  ).digits(1)
  return (
    <svg class="small-line" role="img" aria-label={label}>
      <svg aria-hidden="true" class="chart-plot" viewBox={`0 0 ${plotSize} ${plotSize}`} preserveAspectRatio="none">
        <path class="chart-line chart-balance" d={path(points) ?? ''} />
      </svg>
      <circle class="chart-dot chart-balance" cx="100%" cy={`${(y(last.value) * 100) / plotSize}%`} r="3.5" />
    </svg>
  )
}
