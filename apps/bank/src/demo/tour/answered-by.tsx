import type { TraceEvent } from '@signet/demo'
import type { VNode } from 'preact'

const SERVICES = [
  ['bank', 'the bank'],
  ['retirement', 'retirement'],
] as const

/** Lists the processes that answered a step's requests. With several replicas they can differ. */
export function AnsweredBy({ events }: { events: readonly TraceEvent[] }): VNode {
  const instancesOf = (service: TraceEvent['service']) =>
    [
      ...new Set(
        events.filter(({ kind, service: at }) => kind === 'request' && at === service).map(({ instance }) => instance),
      ),
    ].toSorted()
  return (
    <ul class="tour-answered muted small" aria-label="Which processes answered">
      {SERVICES.map(([service, name]) => [name, instancesOf(service)] as const)
        .filter(([, instances]) => instances.length > 0)
        .map(([name, instances]) => (
          <li key={name}>
            {instances.length === 1 ? `One process of ${name}` : `${instances.length} processes of ${name}`} answered:{' '}
            {instances.map((instance, index) => (
              <>
                {index > 0 && ', '}
                <code>{instance}</code>
              </>
            ))}
          </li>
        ))}
    </ul>
  )
}
