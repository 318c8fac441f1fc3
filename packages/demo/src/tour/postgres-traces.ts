import type pg from 'pg'
import { MAX_EVENTS, MAX_TOURS, type TraceRows } from './trace-rows.js'

/** Keeps each tour in one row, with at most `MAX_EVENTS` events. */
export function postgresTraces(pool: pg.Pool): TraceRows {
  return {
    begin: async (key, ttlSeconds) => {
      await pool.query(TABLE)
      await pool.query(MAKE_ROOM, [MAX_TOURS - 1])
      await pool.query(BEGIN, [key, ttlSeconds])
    },
    append: async (key, event) => {
      await pool.query(APPEND, [key, event, MAX_EVENTS]).catch(noTable)
    },
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
