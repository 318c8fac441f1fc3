import { type Column, DataTable } from '@signet/ui'
import type { VNode } from 'preact'
import type { ReplicaState } from './rules.js'
import { megabytes, span, time } from './words.js'

interface Props {
  readonly service: string
  readonly replicas: readonly ReplicaState[]
  readonly nowMs: number
}

/** A look and its answers take a moment themselves. */
const JUST_NOW_SECONDS = 2

/** The processes of a service, a line each. */
export function ReplicasTable({ service, replicas, nowMs }: Props): VNode {
  const unknown = 'not known'
  const columns: Column<ReplicaState>[] = [
    {
      header: 'Replica',
      rowHeader: true,
      phone: 'lead',
      cell: ({ now }) => <code>{now.replica}</code>,
    },
    {
      header: 'Answered',
      phone: 'note',
      cell: ({ now }) => {
        const seconds = (nowMs - now.atMs) / 1000
        return <span>{seconds < JUST_NOW_SECONDS ? 'just now' : `${span(seconds)} ago`}</span>
      },
    },
    { header: 'Up for', phone: 'note', cell: ({ now }) => <span>{span((now.atMs - now.startedAtMs) / 1000)}</span> },
    {
      header: 'Memory',
      phone: 'note',
      cell: ({ now }) => <span>{now.memoryBytes === undefined ? unknown : megabytes(now.memoryBytes)}</span>,
    },
    {
      header: 'Event loop late by',
      phone: 'note',
      cell: ({ now }) => (
        <span>{now.eventLoopLagSeconds === undefined ? unknown : `${time(now.eventLoopLagSeconds)} (99 of 100)`}</span>
      ),
    },
    {
      header: 'Status list',
      phone: 'note',
      cell: ({ now }) => (
        <span>{now.statusListsHeld ? `${time(now.statusListAgeSeconds ?? 0)} old` : 'none held'}</span>
      ),
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
  return <DataTable<ReplicaState> caption={`Replicas of ${service}`} columns={columns} rows={replicas} emptyText="" />
}
