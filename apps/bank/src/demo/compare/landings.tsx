import { DataTable } from '@signet/ui'
import type { VNode } from 'preact'
import type { Figures, Measurement } from './figures.js'
import { inOrder, NAMES } from './labels.js'

const SERVICES = [
  { service: 'bank', name: 'Signet Bank' },
  { service: 'retirement', name: 'Signet Retirement' },
] as const
type Service = (typeof SERVICES)[number]

/** Shows which processes answered requests that came on separate connections. */
export function Landings({ measured }: { measured: Measurement }): VNode {
  return (
    <>
      <DataTable<Service>
        caption="Processes that answered separate connections"
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
        With several replicas behind one address, only the process that handled the sign-in has the memory session.
      </p>
    </>
  )
}

function Landed({ figures, service }: { figures: Figures; service: Service['service'] }): VNode {
  const found = figures.landed.find((one) => one.service === service)
  if (!found) return <div>not measured</div>
  return (
    <div>
      {found.known} of {found.requests} accepted
      {found.instances.map((instance) => (
        <div key={instance} class="muted small">
          by <code>{instance}</code>
        </div>
      ))}
    </div>
  )
}
