import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type BankDatabase, createBankDatabase } from '@signet/bank-database'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import { settleDeposit } from '../../src/ledger/store.js'
import { claimDue } from '../../src/outbox/store.js'
import { createPost, MAX_PENDING_DEPOSITS } from '../../src/transfers/post.js'
import { ada, DEMO_BANK, grace } from '../support.js'

let database: TestDatabase
/** The database of a bank whose relay does not run. */
let db: BankDatabase
before(async () => {
  database = await openTestDatabase(DEMO_BANK)
  db = createBankDatabase(database.url)
})
after(async () => {
  await db.$disconnect()
  await database.remove()
})

async function depositsOf(userId: string, count: number) {
  const post = createPost({ db, stepUpLimitMinor: 0 })
  const from = await db.account.findFirstOrThrow({ where: { userId, name: 'Checking' } })
  const context = { requestId: 'fairness', traceparent: null, tracestate: null }
  const deposit = {
    userId,
    from,
    to: null,
    kind: 'retirement',
    amountMinor: 1n,
    memo: '',
    now: new Date(),
    context,
  } as const
  const results = await Promise.allSettled(
    Array.from({ length: count }, () =>
      post({ ...deposit, key: randomUUID(), requestHash: 'x', confirmedBy: 'password' }),
    ),
  )
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
}

test('one customer has so many deposits pending at most, and another customer’s are taken in turn with them', async () => {
  const refused = await depositsOf(ada.id, MAX_PENDING_DEPOSITS + 5)
  assert.deepEqual(
    refused.map(({ code, headers }) => [code, headers]),
    Array.from({ length: 5 }, () => ['unavailable', { 'retry-after': '5' }]),
  )
  assert.deepEqual(await depositsOf(grace.id, 2), [])

  const claimed = await claimDue(db, 4)
  assert.deepEqual(claimed.map(({ userId }) => userId).sort(), [ada.id, ada.id, grace.id, grace.id].sort())
  const settled = claimed.find(({ userId }) => userId === ada.id)
  assert.ok(settled)
  await settleDeposit(db, settled.transferId)
  assert.equal((await depositsOf(ada.id, 2)).length, 1, 'as many again as have arrived')
})
