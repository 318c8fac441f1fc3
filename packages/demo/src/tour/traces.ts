import { createHash } from 'node:crypto'
import type { SharedStore } from '@signet/service'
import { isTraceEvent, type TraceEvent } from './event.js'
import { postgresTraces } from './postgres-traces.js'
import { redisTraces } from './redis-traces.js'
import type { TraceRows } from './trace-rows.js'

/** Reads and writes the events of a tour by its id. */
export interface Traces {
  begin(id: string, ttlSeconds: number): Promise<void>
  append(id: string, event: TraceEvent): Promise<void>
  /** Returns events by time; null when there is no such tour. */
  read(id: string): Promise<TraceEvent[] | null>
}

export function createTraces(shared: SharedStore): Traces {
  const rows: TraceRows = shared.kind === 'redis' ? redisTraces(shared.client) : postgresTraces(shared.pool)
  return {
    begin: (id, ttlSeconds) => rows.begin(keyOf(id), ttlSeconds),
    append: (id, event) => rows.append(keyOf(id), JSON.stringify(event)),
    read: async (id) => {
      const found = await rows.read(keyOf(id))
      return found?.filter(isTraceEvent).sort((one, other) => one.at - other.at) ?? null
    },
  }
}

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url')
