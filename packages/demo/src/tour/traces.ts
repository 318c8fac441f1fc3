import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { RedisClient, SharedStore } from '@signet/service'
import type pg from 'pg'
import { isTraceEvent, type TraceEvent } from './event.js'

/** Beyond these bounds the oldest entries are deleted. */
export const MAX_EVENTS = 300
export const MAX_TOURS = 500
/** A store that takes longer than this counts as down, so that no page waits for it. */
const LIMIT_MS = 2_000

/** Recordings by the hash of their id, which is a secret. Events are JSON, in the order of insertion, and not checked. */
interface Rows {
  begin(key: string, ttlSeconds: number, nowMs: number): Promise<unknown>
  append(key: string, event: string): Promise<unknown>
  read(key: string): Promise<unknown[] | null>
}

/** Recordings in the store: both services write, the bank reads. */
export type Traces = ReturnType<typeof createTraces>

export function createTraces(shared: SharedStore) {
  const rows = shared.kind === 'redis' ? redisRows(shared.client) : postgresRows(shared.pool)
  return {
    /** Starts a recording. Events of a tour that was not started are dropped. */
    begin: (id: string, ttlSeconds: number, nowMs: number) => withinLimit(rows.begin(keyOf(id), ttlSeconds, nowMs)),
    /** Adds an event to an active tour. Does nothing for any other. */
    append: (id: string, event: TraceEvent) => rows.append(keyOf(id), JSON.stringify(event)),
    /** Returns events by time; null when there is no such tour. */
    read: async (id: string): Promise<TraceEvent[] | null> => {
      const found = await withinLimit(rows.read(keyOf(id)))
      return found?.filter((event) => isTraceEvent(event)).sort((one, other) => one.at - other.at) ?? null
    },
  }
}

/** Rejects when the store takes longer than two seconds. */
export const withinLimit = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    wait(LIMIT_MS, new Error('no response in time'), { ref: false }).then((late) => Promise.reject(late)),
  ])

const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url')

/** Active tours by their end, so that the oldest can be deleted. */
const TOURS = 'signet-tour:all'
/** Redis has no empty lists: this entry marks a tour without events. */
const BEGUN = '"begun"'

/** Keeps each tour in a list that Redis expires. */
function redisRows(client: RedisClient): Rows {
  const listOf = (key: string) => `signet-tour:${key}`
  return {
    begin: async (key, ttlSeconds, nowMs) => {
      await client.zRemRangeByScore(TOURS, 0, nowMs)
      const surplus = (await client.zCard(TOURS)) - (MAX_TOURS - 1)
      const oldest = surplus > 0 ? await client.zPopMinCount(TOURS, surplus) : []
      const making = client.multi()
      for (const { value } of oldest) making.del(listOf(value))
      making.zAdd(TOURS, { score: nowMs + ttlSeconds * 1000, value: key }).expire(TOURS, ttlSeconds)
      await making.rPush(listOf(key), BEGUN).expire(listOf(key), ttlSeconds).exec()
    },
    // RPUSHX appends only to an existing list.
    append: (key, event) => client.multi().rPushX(listOf(key), event).lTrim(listOf(key), -MAX_EVENTS, -1).exec(),
    read: async (key) => {
      const texts = await client.lRange(listOf(key), 0, -1)
      return texts.length === 0 ? null : texts.map((text): unknown => JSON.parse(text))
    },
  }
}

/** Keeps each tour in one row, with at most `MAX_EVENTS` events. */
function postgresRows(pool: pg.Pool): Rows {
  return {
    // With the clock of PostgreSQL, as in the other statements.
    begin: async (key, ttlSeconds) => {
      await pool.query(TABLE)
      await pool.query(MAKE_ROOM, [MAX_TOURS - 1])
      await pool.query(BEGIN, [key, ttlSeconds])
    },
    append: (key, event) => pool.query(APPEND, [key, event, MAX_EVENTS]).catch(noTable),
    read: async (key) => {
      const result = await pool.query<{ events: unknown[] }>(READ, [key]).catch(noTable)
      return result?.rows[0]?.events ?? null
    },
  }
}

/** PostgreSQL's IF NOT EXISTS can lose a race with itself, so a lock serializes the creation. */
const TABLE = `
  SELECT pg_advisory_xact_lock(hashtext('tour_traces'));
  CREATE TABLE IF NOT EXISTS tour_traces (
    tour text PRIMARY KEY,
    expires_at timestamptz NOT NULL,
    events jsonb NOT NULL
  );`
const MAKE_ROOM = `
  DELETE FROM tour_traces WHERE expires_at < now() OR tour IN (
    SELECT tour FROM tour_traces ORDER BY expires_at DESC OFFSET $1
  )`
const BEGIN = `
  INSERT INTO tour_traces (tour, expires_at, events) VALUES ($1, now() + make_interval(secs => $2), '[]')`
const APPEND = `
  UPDATE tour_traces
  SET events = CASE WHEN jsonb_array_length(events) >= $3 THEN events - 0 ELSE events END || jsonb_build_array($2::jsonb)
  WHERE tour = $1 AND expires_at > now()`
const READ = 'SELECT events FROM tour_traces WHERE tour = $1 AND expires_at > now()'

/** The table does not exist until the first tour starts. */
function noTable(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === '42P01') return undefined
  throw error
}
