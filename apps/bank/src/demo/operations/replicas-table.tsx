import { type Column, DataTable } from '@signet/ui'
import type { VNode } from 'preact'
import { megabytes, span, time } from './format.js'
import type { ReplicaState } from './rules.js'
import type { Snapshot } from './snapshot.js'

interface Props {
  readonly service: string
  readonly replicas: readonly ReplicaState[]
  readonly nowMs: number
}

/** Reading the metrics takes a moment itself. */
const JUST_NOW_SECONDS = 2

/** Lists the processes of a service. */
export function ReplicasTable({ service, replicas, nowMs }: Props): VNode {
  const lastResponse = ({ atMs }: Snapshot) => {
    const seconds = (nowMs - atMs) / 1000
    return seconds < JUST_NOW_SECONDS ? 'just now' : `${span(seconds)} ago`
  }
  return (
    <DataTable<ReplicaState>
      caption={`Replicas of ${service}`}
      rows={replicas}
      columns={[
        { header: 'Replica', rowHeader: true, phone: 'lead', cell: ({ now }) => <code>{now.replica}</code> },
        noteOf('Last response', lastResponse),
        noteOf('Uptime', ({ atMs, startedAtMs }) => span((atMs - startedAtMs) / 1000)),
        noteOf('Memory', ({ memoryBytes: bytes }) => (bytes === undefined ? 'unknown' : megabytes(bytes))),
        noteOf('Event loop lag (p99)', ({ eventLoopLagSeconds: lag }) => (lag === undefined ? 'unknown' : time(lag))),
        noteOf('Status list', ({ statusListsHeld, statusListAgeSeconds = 0 }) =>
          statusListsHeld ? `${time(statusListAgeSeconds)} old` : 'none',
        ),
        noteOf('Version', ({ version, commit }) =>
          commit === 'unknown' ? version : `${version} (${commit.slice(0, 7)})`,
        ),
      ]}
    />
  )
}

const noteOf = (header: string, text: (now: Snapshot) => string): Column<ReplicaState> => ({
  header,
  phone: 'note',
  cell: ({ now }) => <span>{text(now)}</span>,
})
