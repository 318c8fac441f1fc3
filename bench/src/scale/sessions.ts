import { STATUS_LIST_SIZE } from '@signet/auth/verifier'
import pg from 'pg'

/** Rows for each list. The cost of a list depends on its revoked sessions, not on its size. */
const ROWS_A_LIST = 64

/**
 * Simulates the sessions of a large company: all of its status lists, with some rows in each.
 */
export async function openSessions(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ id: string }>('SELECT id FROM users ORDER BY username LIMIT 1')
  const userId = rows[0]?.id
  return {
    /** Fills lists 1 to `lists`. List 0 belongs to real sessions. */
    fill: (lists: number) =>
      client.query(
        `INSERT INTO sessions (id, user_id, strategy, expires_at, status_number, user_agent, address)
         SELECT gen_random_uuid(), $1, 'jwt', now() + interval '1 day', list * $2::bigint + n * ($2::bigint / $3), '', ''
         FROM generate_series(1, $4::int) AS list, generate_series(0, $3::int - 1) AS n
         ON CONFLICT (status_number) DO NOTHING`,
        [userId, STATUS_LIST_SIZE, ROWS_A_LIST, lists],
      ),
    /** Revokes this many sessions, in any list. */
    end: (count: number) =>
      client.query(
        `UPDATE sessions SET ended_at = now() WHERE id IN (
           SELECT id FROM sessions WHERE ended_at IS NULL AND status_number >= $1 ORDER BY id LIMIT $2)`,
        [STATUS_LIST_SIZE, count],
      ),
    sessionBytes: async () => {
      const size = await client.query<{ bytes: number }>(
        `SELECT pg_total_relation_size('sessions')::float / count(*) AS bytes FROM sessions`,
      )
      return size.rows[0]?.bytes ?? Number.NaN
    },
    close: () => client.end(),
  }
}

/** Returns the claim of a session in a list that is not in the database and never revoked. */
export const firstSessionOf = (issuer: string, list: number) => ({
  status: { status_list: { idx: 1, uri: `${issuer}/status-lists/${list}` } },
})

export const listsOf = (signIns: number): number => Math.ceil(signIns / STATUS_LIST_SIZE)
