import { SmallLine } from '@signet/ui'
import type { VNode } from 'preact'
import { percent, rate, span, time } from './format.js'
import type { ServiceState } from './rules.js'
import { pointOf, type SignalPoint } from './signal-history.js'

interface Signal {
  readonly term: string
  readonly format: (value: number) => string
  readonly value: (point: SignalPoint) => number | undefined
}

const SIGNALS: readonly Signal[] = [
  { term: 'Requests/s', format: rate, value: ({ requestsPerSecond }) => requestsPerSecond },
  { term: 'Error rate (5xx)', format: percent, value: ({ errorShare }) => errorShare },
  { term: 'Response time (p95)', format: time, value: ({ p95Seconds }) => p95Seconds },
  { term: 'Event loop lag (p99)', format: time, value: ({ eventLoopLagSeconds }) => eventLoopLagSeconds },
]

/**
 * Shows traffic, errors, latency and saturation of a service, each with a line over time.
 *
 * @param points oldest first
 */
export function Signals({ service, points }: { service: ServiceState; points: readonly SignalPoint[] }): VNode {
  const current = pointOf(service, new Date(0))
  return (
    <dl class="signals">
      {SIGNALS.map(({ term, format, value }) => {
        const now = value(current)
        return (
          <div key={term} class="card">
            <dt>{term}</dt>
            <dd>
              {now === undefined ? 'none yet' : format(now)}
              <Line
                term={term}
                format={format}
                points={points.map((point) => ({ at: point.at, value: value(point) }))}
              />
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

interface LineProps extends Pick<Signal, 'term' | 'format'> {
  points: readonly { readonly at: Date; readonly value: number | undefined }[]
}

function Line({ term, format, points }: LineProps): VNode | null {
  const known = points.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }]))
  const [first] = known
  const last = known.at(-1)
  if (!first || !last || first === last) return null
  const values = known.map(({ value }) => value)
  const period = span((last.at.getTime() - first.at.getTime()) / 1000)
  const range = `between ${format(Math.min(...values))} and ${format(Math.max(...values))}`
  return <SmallLine label={`${term} over the last ${period}, ${range}`} points={known} from={0} />
}
