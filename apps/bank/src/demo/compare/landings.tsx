import { DataTable } from '@signet/ui'
import type { VNode } from 'preact'
import type { Figures, Measurement } from './figures.js'
import { inOrder, NAMES } from './words.js'

const SERVICES = [
  { service: 'bank', name: 'Signet Bank' },
  { service: 'retirement', name: 'Signet Retirement' },
] as const
type Service = (typeof SERVICES)[number]

/** Which processes requests landed on that came on connections of their own. */
export function Landings({ measured }: { measured: Measurement }): VNode {
  return (
    <>
      <DataTable<Service>
        caption="Where requests on connections of their own landed"
        emptyText=""
        rows={SERVICES}
        columns={[
          { header: 'Service', rowHeader: true, phone: 'lead', cell: ({ name }) => name },
          ...inOrder(measured).map((figures) => ({
            header: NAMES[figures.strategy],
            phone: 'note' as const,
            cell: ({ service }: Service) => <Landed figures={figures} service={service} />,
          })),
        ]}
      />
      <p class="muted small">
        With several replicas behind one address, a session in memory is known only where the sign-in happened to land.
      </p>
    </>
  )
}

function Landed({ figures, service }: { figures: Figures; service: Service['service'] }): VNode {
  const found = figures.landed.find((one) => one.service === service)
  if (!found) return <div>nobody asked</div>
  return (
    <div>
      {found.known} of {found.requests} known
      {found.instances.map((instance) => (
        <div key={instance} class="muted small">
          by <code>{instance}</code>
        </div>
      ))}
    </div>
  )
}
