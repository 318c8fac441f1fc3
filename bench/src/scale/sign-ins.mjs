import { STATUS_LIST_SIZE } from '@signet/auth/verifier'
import pg from 'pg'

/** Of each list so many sign-ins are really in the database: what a list costs depends on what has ended in it. */
const ROWS_A_LIST = 64

/**
 * The sign-ins of a large company, as far as following their endings goes: every status list that so many people take,
 * with some rows in each.
 */
export async function openSignIns(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query('SELECT id FROM users ORDER BY username LIMIT 1')
  const userId = rows[0].id
  return {
    /** Lists 1 to `lists`: the first one is of those who really signed in. */
    fill: (lists) =>
      client.query(
        `INSERT INTO sessions (id, user_id, strategy, expires_at, status_number, user_agent, address)
         SELECT gen_random_uuid(), $1, 'jwt', now() + interval '1 day', list * $2::bigint + n * ($2::bigint / $3), '', ''
         FROM generate_series(1, $4::int) AS list, generate_series(0, $3::int - 1) AS n
         ON CONFLICT (status_number) DO NOTHING`,
        [userId, STATUS_LIST_SIZE, ROWS_A_LIST, lists],
      ),
    /** Ends so many of them, wherever their lists are. */
    end: (count) =>
      client.query(
        `UPDATE sessions SET ended_at = now() WHERE id IN (
           SELECT id FROM sessions WHERE ended_at IS NULL AND status_number >= $1 ORDER BY id LIMIT $2)`,
        [STATUS_LIST_SIZE, count],
      ),
    sessionBytes: async () => {
      const size = await client.query(
        `SELECT pg_total_relation_size('sessions')::float / count(*) AS bytes FROM sessions`,
      )
      return size.rows[0].bytes
    },
    close: () => client.end(),
  }
}

/** The claim that names the first sign-in of a list which is never ended: it is not in the database. */
export const standingIn = (issuer, list) => ({
  status: { status_list: { idx: 1, uri: `${issuer}/status-lists/${list}` } },
})

export const listsOf = (signIns) => Math.ceil(signIns / STATUS_LIST_SIZE)
