import { SmallLine } from '@signet/ui'
import type { VNode } from 'preact'
import { percent, rate, span, time } from './format.js'
import type { ServiceState } from './rules.js'
import { errorShareOf, type SignalPoint } from './signal-history.js'

interface Props {
  readonly service: ServiceState
  /** Oldest first. */
  readonly points: readonly SignalPoint[]
}

/** Shows traffic, errors, latency and saturation of a service, each with a line over time. */
export function Signals({ service, points }: Props): VNode {
  const lag = Math.max(...service.replicas.map(({ now }) => now.eventLoopLagSeconds ?? 0))
  const p95 = service.latency?.p95
  return (
    <dl class="signals">
      <Signal
        term="Requests/s"
        text={rate(service.requestsPerSecond)}
        format={rate}
        points={points.map(({ at, requestsPerSecond }) => ({ at, value: requestsPerSecond }))}
      />
      <Signal
        term="Error rate (5xx)"
        text={percent(errorShareOf(service))}
        format={percent}
        points={points.map(({ at, errorShare }) => ({ at, value: errorShare }))}
      />
      <Signal
        term="Response time (p95)"
        text={p95 === undefined ? 'none yet' : time(p95)}
        format={time}
        points={points.flatMap(({ at, p95Seconds }) => (p95Seconds === undefined ? [] : [{ at, value: p95Seconds }]))}
      />
      <Signal
        term="Event loop lag (p99)"
        text={time(lag)}
        format={time}
        points={points.map(({ at, eventLoopLagSeconds }) => ({ at, value: eventLoopLagSeconds }))}
      />
    </dl>
  )
}

interface SignalProps {
  term: string
  /** The current value. */
  text: string
  format: (value: number) => string
  points: readonly { readonly at: Date; readonly value: number }[]
}

function Signal({ term, text, format, points }: SignalProps): VNode {
  const [first] = points
  const last = points.at(-1)
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        {text}
        {first && last && first !== last && (
          <SmallLine
            label={`${term} ${linePeriod(first.at, last.at)}, ${rangeOf(points, format)}`}
            points={points}
            from={0}
          />
        )}
      </dd>
    </div>
  )
}

const linePeriod = (from: Date, to: Date): string => `over the last ${span((to.getTime() - from.getTime()) / 1000)}`

function rangeOf(points: SignalProps['points'], format: SignalProps['format']): string {
  const values = points.map(({ value }) => value)
  return `between ${format(Math.min(...values))} and ${format(Math.max(...values))}`
}
