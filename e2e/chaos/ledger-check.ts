// What must be true of both databases after a chaos run, whatever was killed.
import type { BankDatabase } from '@signet/bank-database'
import type { RetirementDatabase } from '@signet/retirement-database'
import type { Customer, TransferRequest } from './client.js'

/** At most this many rows are shown for each problem. */
const SHOWN = 5

interface TransferRow {
  readonly id: string
  readonly kind: string
  readonly userId: string
  readonly amount: number
  readonly memo: string
  readonly settled: boolean
  readonly keys: readonly string[]
}

interface CreditRow {
  readonly id: string
  readonly userId: string
  readonly amount: number
  readonly memo: string
}

interface Ledgers {
  readonly bank: BankDatabase
  readonly retirement: RetirementDatabase
  readonly transferRequests: readonly TransferRequest[]
  readonly people: readonly Customer[]
}

/** Checks both databases against the responses that clients received. Returns the problems as sentences, or an empty list. */
export async function checkLedgers({ bank, retirement, transferRequests, people }: Ledgers) {
  const problems: string[] = []
  const none = (what: string, rows: readonly unknown[]) => {
    if (rows.length === 0) return
    const shown = rows
      .slice(0, SHOWN)
      .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    problems.push(`${what}: ${rows.length}\n${shown.map((row) => `    ${row}`).join('\n')}`)
  }

  const transfers = await bank.$queryRaw<TransferRow[]>`
    SELECT transfers.id::text, transfers.kind::text, transfers.user_id::text AS "userId", transfers.amount::int, memo,
      settled_at IS NOT NULL AS settled, array_agg(key) AS keys
    FROM transfers LEFT JOIN deposit_outbox ON deposit_outbox.transfer_id = transfers.id
    LEFT JOIN idempotency_keys ON idempotency_keys.transfer_id = transfers.id
    WHERE transfers.kind IN ('own', 'customer', 'retirement') GROUP BY transfers.id, settled_at`
  const byMemo = groupBy(transfers, ({ memo }) => memo)

  none(
    'responses that are neither 201 nor insufficient_funds',
    transferRequests.flatMap(({ key, responses }) =>
      responses
        .filter(({ status, body }) => status !== 201 && !(status === 409 && body.code === 'insufficient_funds'))
        .map(({ status, body }) => ({ key, status, body })),
    ),
  )
  none(
    'transfer requests with several different responses',
    transferRequests
      .filter(({ responses }) => idsOf(responses).size > 1)
      .map(({ key, responses }) => ({ key, ids: [...idsOf(responses)] })),
  )

  const accepted = transferRequests.filter(({ responses }) => idsOf(responses).size > 0)
  const refused = transferRequests.filter(({ responses }) => idsOf(responses).size === 0)
  const found = ({ body }: TransferRequest) => byMemo.get(body.memo) ?? []
  none(
    'transfers with a 201 response that do not exist exactly once',
    accepted
      .filter((transferRequest) => found(transferRequest).length !== 1)
      .map((transferRequest) => ({ key: transferRequest.key, found: found(transferRequest).map(({ id }) => id) })),
  )
  none(
    'transfers that differ from the transfer request',
    accepted
      .filter((transferRequest) =>
        found(transferRequest).some(
          ({ id, amount, userId, keys }) =>
            !idsOf(transferRequest.responses).has(id) ||
            amount !== transferRequest.body.amount ||
            userId !== transferRequest.who.id ||
            keys.join() !== transferRequest.key,
        ),
      )
      .map((transferRequest) => ({ requested: transferRequest.body, found: found(transferRequest) })),
  )
  none(
    'transfers whose request was refused',
    refused
      .filter((transferRequest) => found(transferRequest).length > 0)
      .map((transferRequest) => ({ key: transferRequest.key, found: found(transferRequest) })),
  )
  const memos = new Set(transferRequests.map(({ body }) => body.memo))
  none(
    'transfers that no client requested',
    transfers.filter(({ memo }) => !memos.has(memo)),
  )

  const deposits = transfers.filter(({ kind }) => kind === 'retirement')
  const credits = await retirement.$queryRaw<CreditRow[]>`
    SELECT id::text, user_id::text AS "userId", amount::int, memo FROM plan_entries WHERE origin = 'bank'`
  const creditOf = new Map(credits.map((credit) => [credit.id, credit]))
  none(
    'deposits still pending',
    deposits.filter(({ settled }) => !settled),
  )
  none(
    'debits to retirement without an equal credit there',
    deposits.filter(
      ({ id, userId, amount }) => creditOf.get(id)?.userId !== userId || creditOf.get(id)?.amount !== amount,
    ),
  )
  const debited = new Set(deposits.map(({ id }) => id))
  none(
    'credits at retirement without a debit',
    credits.filter(({ id }) => !debited.has(id)),
  )

  none('accounts below zero', await bank.$queryRaw<unknown[]>`SELECT id::text, balance FROM accounts WHERE balance < 0`)
  none(
    'accounts whose entries do not sum to the balance',
    await bank.$queryRaw<unknown[]>`
    SELECT accounts.id::text, accounts.balance, sum(amount) AS entries FROM accounts JOIN entries ON account_id = accounts.id
    GROUP BY accounts.id HAVING sum(amount) <> accounts.balance`,
  )
  none(
    'transfers whose entries do not sum to zero',
    await bank.$queryRaw<unknown[]>`
    SELECT transfer_id::text, sum(amount) FROM entries GROUP BY transfer_id HAVING sum(amount) <> 0`,
  )
  none(
    'sessions that were revoked or created during the run',
    await bank.$queryRaw<unknown[]>`
    SELECT id::text, ended_at, created_at FROM sessions WHERE ended_at IS NOT NULL
    UNION ALL SELECT NULL, NULL, max(created_at) FROM sessions HAVING count(*) <> ${people.length}`,
  )
  return { problems, transfers: transfers.length, deposits: deposits.length, refused: refused.length }
}

const idsOf = (responses: TransferRequest['responses']) =>
  new Set(responses.filter(({ status }) => status === 201).map(({ body }) => body.data.id))

function groupBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}
