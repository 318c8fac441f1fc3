// What must be true of both databases once the dust has settled, whatever was killed.

/** Rows of one thing that is wrong: at most this many are shown of each. */
const SHOWN = 5

/** @returns a list of problems, each a sentence; empty when all is well. */
export async function checkBooks({ bank, retirement, orders, people }) {
  const problems = []
  const none = (what, rows) => {
    if (rows.length === 0) return
    const shown = rows
      .slice(0, SHOWN)
      .map((row) => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
    problems.push(`${what}: ${rows.length}\n${shown.map((row) => `    ${row}`).join('\n')}`)
  }

  const transfers = await bank.$queryRaw`
    SELECT transfers.id::text, transfers.kind::text, transfers.user_id::text AS "userId", transfers.amount::int, memo,
      settled_at IS NOT NULL AS settled, array_agg(key) AS keys
    FROM transfers LEFT JOIN deposit_outbox ON deposit_outbox.transfer_id = transfers.id
    LEFT JOIN idempotency_keys ON idempotency_keys.transfer_id = transfers.id
    WHERE transfers.kind IN ('own', 'customer', 'retirement') GROUP BY transfers.id, settled_at`
  const byMemo = groupBy(transfers, ({ memo }) => memo)

  none(
    'answers that are neither 201 nor a refusal for want of money',
    orders.flatMap(({ key, answers }) =>
      answers
        .filter(({ status, body }) => status !== 201 && !(status === 409 && body.code === 'insufficient_funds'))
        .map(({ status, body }) => ({ key, status, body })),
    ),
  )
  none(
    'one order with several answers',
    orders
      .filter(({ answers }) => idsOf(answers).size > 1)
      .map(({ key, answers }) => ({ key, ids: [...idsOf(answers)] })),
  )

  const accepted = orders.filter(({ answers }) => idsOf(answers).size > 0)
  const refused = orders.filter(({ answers }) => idsOf(answers).size === 0)
  const found = ({ order }) => byMemo.get(order.memo) ?? []
  none(
    'transfers that were answered 201 and do not exist exactly once',
    accepted
      .filter((order) => found(order).length !== 1)
      .map((order) => ({ key: order.key, found: found(order).map(({ id }) => id) })),
  )
  none(
    'transfers that are not what was ordered',
    accepted
      .filter((order) =>
        found(order).some(
          ({ id, amount, userId, keys }) =>
            !idsOf(order.answers).has(id) ||
            amount !== order.order.amount ||
            userId !== order.who.id ||
            keys.join() !== order.key,
        ),
      )
      .map((order) => ({ order: order.order, found: found(order) })),
  )
  none(
    'transfers of orders that were refused',
    refused.filter((order) => found(order).length > 0).map((order) => ({ key: order.key, found: found(order) })),
  )
  const memos = new Set(orders.map(({ order }) => order.memo))
  none(
    'transfers that nobody was told of',
    transfers.filter(({ memo }) => !memos.has(memo)),
  )

  const deposits = transfers.filter(({ kind }) => kind === 'retirement')
  const credits = await retirement.$queryRaw`
    SELECT id::text, user_id::text AS "userId", amount::int, memo FROM plan_entries WHERE origin = 'bank'`
  const creditOf = new Map(credits.map((credit) => [credit.id, credit]))
  none(
    'deposits still pending',
    deposits.filter(({ settled }) => !settled),
  )
  none(
    'debits to retirement without the same credit there',
    deposits.filter(
      ({ id, userId, amount }) => creditOf.get(id)?.userId !== userId || creditOf.get(id)?.amount !== amount,
    ),
  )
  const debited = new Set(deposits.map(({ id }) => id))
  none(
    'credits at retirement without a debit',
    credits.filter(({ id }) => !debited.has(id)),
  )

  none('accounts below zero', await bank.$queryRaw`SELECT id::text, balance FROM accounts WHERE balance < 0`)
  none(
    'accounts whose entries do not sum to the balance',
    await bank.$queryRaw`
    SELECT accounts.id::text, accounts.balance, sum(amount) AS entries FROM accounts JOIN entries ON account_id = accounts.id
    GROUP BY accounts.id HAVING sum(amount) <> accounts.balance`,
  )
  none(
    'transfers whose entries do not sum to zero',
    await bank.$queryRaw`
    SELECT transfer_id::text, sum(amount) FROM entries GROUP BY transfer_id HAVING sum(amount) <> 0`,
  )
  none(
    'sign-ins that were ended, or begun, while things died',
    await bank.$queryRaw`
    SELECT id::text, ended_at, created_at FROM sessions WHERE ended_at IS NOT NULL
    UNION ALL SELECT NULL, NULL, max(created_at) FROM sessions HAVING count(*) <> ${people.length}`,
  )
  return { problems, transfers: transfers.length, deposits: deposits.length, refused: refused.length }
}

const idsOf = (answers) => new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id))

function groupBy(rows, keyOf) {
  const groups = new Map()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}
