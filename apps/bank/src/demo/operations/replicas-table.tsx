import { type Column, DataTable } from '@signet/ui'
import type { VNode } from 'preact'
import { megabytes, span, time } from './format.js'
import type { ReplicaState } from './rules.js'

interface Props {
  readonly service: string
  readonly replicas: readonly ReplicaState[]
  readonly nowMs: number
}

/** Reading the metrics takes a moment itself. */
const JUST_NOW_SECONDS = 2

/** Lists the processes of a service. */
export function ReplicasTable({ service, replicas, nowMs }: Props): VNode {
  const unknown = 'unknown'
  const columns: Column<ReplicaState>[] = [
    {
      header: 'Replica',
      rowHeader: true,
      phone: 'lead',
      cell: ({ now }) => <code>{now.replica}</code>,
    },
    {
      header: 'Last response',
      phone: 'note',
      cell: ({ now }) => {
        const seconds = (nowMs - now.atMs) / 1000
        return <span>{seconds < JUST_NOW_SECONDS ? 'just now' : `${span(seconds)} ago`}</span>
      },
    },
    { header: 'Uptime', phone: 'note', cell: ({ now }) => <span>{span((now.atMs - now.startedAtMs) / 1000)}</span> },
    {
      header: 'Memory',
      phone: 'note',
      cell: ({ now }) => <span>{now.memoryBytes === undefined ? unknown : megabytes(now.memoryBytes)}</span>,
    },
    {
      header: 'Event loop lag (p99)',
      phone: 'note',
      cell: ({ now }) => <span>{now.eventLoopLagSeconds === undefined ? unknown : time(now.eventLoopLagSeconds)}</span>,
    },
    {
      header: 'Status list',
      phone: 'note',
      cell: ({ now }) => <span>{now.statusListsHeld ? `${time(now.statusListAgeSeconds ?? 0)} old` : 'none'}</span>,
    },
    {
      header: 'Version',
      phone: 'note',
      cell: ({ now }) => (
        <span>
          {now.version}
          {now.commit !== 'unknown' && ` (${now.commit.slice(0, 7)})`}
        </span>
      ),
    },
  ]
  return <DataTable<ReplicaState> caption={`Replicas of ${service}`} columns={columns} rows={replicas} />
}
