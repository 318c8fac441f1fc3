import pg from 'pg'
import type { EntriesRow } from '../report.js'
import { cookiesOf, sendRequest } from '../requests.js'
import { interleave } from '../rounds.js'
import type { Service, Services } from '../services.js'
import { median, percentile } from '../statistics.js'
import { timed } from '../timed.js'

const SIZES = [10, 1_000, 100_000]
const BATCH = 20_000

/** Registers a customer. Returns the session's cookie and the first account. */
async function newCustomer(bank: Service, username: string) {
  const registered = await sendRequest({
    ...bank,
    path: '/api/register',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, name: 'Bench Customer', password: `a long enough password of ${username}` }),
  })
  if (registered.status !== 201) throw new Error(`registration responded ${registered.status}: ${registered.text}`)
  const cookie = cookiesOf(registered)
  const { text } = await sendRequest({ ...bank, path: '/api/accounts', headers: { cookie } })
  const [account] = (JSON.parse(text) as { data: Array<{ id: string }> }).data
  return { cookie, accountId: account?.id ?? '' }
}

/**
 * Inserts ledger entries directly, because that many transfers would take minutes. The caller disables the triggers that
 * check each ledger entry.
 */
async function fill(client: pg.Client, accountId: string, entries: number) {
  for (let done = 1; done < entries; done += BATCH) {
    const count = Math.min(BATCH, entries - done)
    await client.query(
      `WITH made AS MATERIALIZED (SELECT gen_random_uuid() AS id, n FROM generate_series($1::int, $1::int + $2::int - 1) AS n
       ), ordered AS (
         INSERT INTO transfers (id, kind, to_account_id, amount, memo) SELECT id, 'outside', $3::uuid, 1, 'Coin ' || n FROM made
       ), paid AS (
         INSERT INTO entries (house_account, amount, memo, transfer_id) SELECT 'outside_world', -1, 'Coin ' || n, id FROM made
       ), grown AS (
         UPDATE accounts SET balance = balance + $2::int WHERE id = $3::uuid RETURNING balance - $2::int - $1::int + 1 AS start
       )
       INSERT INTO entries (account_id, at, amount, balance, memo, transfer_id)
       SELECT $3::uuid, now() + n * interval '1 second', 1, start + n, 'Coin ' || n, made.id FROM made, grown ORDER BY n`,
      [done, count, accountId],
    )
  }
}

interface Customer {
  readonly size: number
  readonly cookie: string
  readonly accountId: string
  readonly deepCursor: string
}

async function prepared(bank: Service, databaseUrl: string): Promise<Customer[]> {
  const customers: Array<Omit<Customer, 'deepCursor'>> = []
  for (const [n, size] of SIZES.entries())
    customers.push({ size, ...(await newCustomer(bank, `bench-${n}-${process.pid}`)) })
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const triggers = async (state: 'DISABLE' | 'ENABLE') => {
    for (const table of ['entries', 'transfers', 'accounts'])
      await client.query(`ALTER TABLE ${table} ${state} TRIGGER USER`)
  }
  await triggers('DISABLE')
  for (const { accountId, size } of customers) await fill(client, accountId, size)
  await triggers('ENABLE')
  await client.query('VACUUM ANALYZE entries, transfers, accounts')
  const withCursor: Customer[] = []
  for (const customer of customers) {
    // The oldest page, which would be the slowest with OFFSET.
    const { rows } = await client.query<{ cursor: string }>(
      `SELECT floor(extract(epoch FROM at) * 1000)::bigint || '-' || id AS cursor FROM entries
       WHERE account_id = $1 ORDER BY at, id OFFSET $2 LIMIT 1`,
      [customer.accountId, Math.min(50, customer.size - 1)],
    )
    withCursor.push({ ...customer, deepCursor: rows[0]?.cursor ?? '' })
  }
  await client.end()
  return withCursor
}

interface Kind {
  readonly kind: string
  readonly label: string
  readonly path: (customer: Customer) => string
}

const KINDS: readonly Kind[] = [
  { kind: 'apiFirst', label: 'API, first page', path: ({ accountId }) => `/api/accounts/${accountId}/entries` },
  {
    kind: 'apiLast',
    label: 'API, last page',
    path: ({ accountId, deepCursor }) => `/api/accounts/${accountId}/entries?cursor=${deepCursor}`,
  },
  {
    kind: 'apiSearch',
    label: 'API, search',
    path: ({ accountId }) => `/api/accounts/${accountId}/entries?q=Coin%205`,
  },
  {
    kind: 'apiNotFound',
    label: 'API, search without result',
    path: ({ accountId }) => `/api/accounts/${accountId}/entries?q=nowhere`,
  },
  { kind: 'pageFirst', label: 'web page, first', path: ({ accountId }) => `/accounts/${accountId}` },
  {
    kind: 'pageLast',
    label: 'web page, last',
    path: ({ accountId, deepCursor }) => `/accounts/${accountId}?cursor=${deepCursor}`,
  },
]

/**
 * Measures a page of an account's entries at the bank, from the request to the last byte of the response. One request at a
 * time, so the figure is the server's time and a loopback round trip.
 */
export async function benchEntries({
  services,
  rounds,
  requests,
}: {
  readonly services: Services
  readonly rounds: number
  readonly requests: number
}): Promise<EntriesRow[]> {
  const { bank } = services
  const customers = await prepared(bank, services.demo.ownerUrls.bank)
  const entries: Record<string, () => Promise<number[]>> = {}
  for (const { kind, path } of KINDS) {
    for (const customer of customers) {
      const asked = { port: bank.port, host: bank.host, cookie: customer.cookie, path: path(customer) }
      entries[`${kind} ${customer.size}`] = async () => {
        const times: number[] = []
        for (let n = 0; n < requests; n += 1) times.push((await timed(asked)).ms)
        return times
      }
    }
  }
  for (const entry of Object.values(entries)) await entry()
  const measured = await interleave(entries, rounds)
  return KINDS.map(({ kind, label }) => ({
    kind,
    label,
    sizes: SIZES.map((size) => {
      const times = measured.flatMap((round) => round[`${kind} ${size}`] ?? [])
      return { entries: size, medianMs: median(times), p95Ms: percentile(times, 0.95) }
    }),
  }))
}
