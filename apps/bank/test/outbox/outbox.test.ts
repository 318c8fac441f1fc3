import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { claimDue } from '../../src/outbox/store.js'
import { createBook } from '../../src/transfers/book.js'
import { ada, buildTestBank, cookieOf, json, startBank, type TestBank, tokenOf } from '../support.js'
import { StandIn } from './retirement.js'

let retirement: StandIn
let bank: TestBank
let headers: { cookie: string }
let from = ''
before(async () => {
  retirement = new StandIn()
  await retirement.start()
  bank = await startBank({ RETIREMENT_INTERNAL_URL: retirement.url })
  headers = cookieOf(await tokenOf(bank.app))
  from = (await bank.app.inject({ url: '/api/accounts', headers })).json().data[0].id
})
after(async () => {
  // Whatever becomes of the bank: retirement would keep the tests from ending.
  try {
    await bank.close()
  } finally {
    await retirement.stop()
  }
})
beforeEach(() => {
  retirement.mood = 'well'
  retirement.received.length = 0
})

async function deposit(
  amount: number,
  { memo = 'test', app = bank.app, requestId = randomUUID() as string, trace = {} } = {},
) {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/transfers',
    headers: { ...headers, ...json, 'idempotency-key': randomUUID(), 'x-request-id': requestId, ...trace },
    payload: JSON.stringify({ from, to: 'retirement', amount, memo }),
  })
  assert.equal(answer.statusCode, 201, answer.body)
  return String(answer.json().data.id)
}
const state = async (id: string) => (await bank.app.inject({ url: `/api/transfers/${id}`, headers })).json().data

/** The state as soon as it is what is waited for. */
async function until(
  id: string,
  isIt: (state: { status: string; tries: number; problem: string | null }) => boolean,
  ms: number,
) {
  const deadline = Date.now() + ms
  for (;;) {
    const now = await state(id)
    if (isIt(now)) return now
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(now)} after ${ms} ms`)
    await new Promise((again) => setTimeout(again, 10))
  }
}
const settled = ({ status }: { status: string }) => status === 'settled'
const metric = async (name: string) =>
  Number(new RegExp(`^${name}\\S* (\\S+)$`, 'm').exec((await bank.app.inject('/metrics')).body)?.[1])
const house = async (account: 'retirement' | 'retirement_in_transit') =>
  (await bank.db.entry.aggregate({ where: { houseAccount: account }, _sum: { amount: true } }))._sum.amount ?? 0n

test('a deposit arrives at once, says what was ordered, and carries the id and the trace of the request', async () => {
  const requestId = randomUUID()
  const traceId = randomUUID().replaceAll('-', '')
  const trace = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'congo=t61rcWkgMzE' }
  const id = await deposit(12_345, { memo: 'for later', requestId, trace })
  const now = await until(id, settled, 2_000)
  assert.deepEqual([now.tries, now.problem, now.pendingSince], [1, null, null])
  const {
    jti,
    sub,
    amount,
    currency,
    memo,
    requestId: passedOn,
    traceparent,
    tracestate,
  } = retirement.received[0] ?? {}
  assert.deepEqual(
    [jti, sub, amount, currency, memo, passedOn, retirement.received.length],
    [id, ada.id, 12_345, 'USD', 'for later', requestId, 1],
  )
  assert.match(String(traceparent), new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
  assert.equal(tracestate, trace.tracestate)
})

test('with both up it is settled in less than a second, in the median of twenty', async () => {
  const times: number[] = []
  for (let n = 0; n < 20; n++) {
    const { createdAt, settledAt } = await until(await deposit(1), settled, 5_000)
    times.push(Date.parse(settledAt) - Date.parse(createdAt))
  }
  const median = times.sort((a, b) => a - b)[10] ?? Number.POSITIVE_INFINITY
  assert.ok(median < 1_000, `${median} ms`)
})

test('while retirement is down it stays pending, says why, and arrives by itself afterwards', async () => {
  await retirement.stop()
  const id = await deposit(100)
  const waiting = await until(id, ({ tries, problem }) => tries >= 2 && problem !== null, 5_000)
  assert.deepEqual([waiting.status, waiting.problem], ['pending', 'retirement cannot be reached (nobody listens)'])
  assert.equal(waiting.pendingSince, waiting.createdAt)
  assert.equal(await metric('deposits_pending'), 1)
  assert.ok((await metric('deposit_oldest_pending_seconds')) > 0)
  assert.ok((await metric('deposit_pending_tries_max')) >= 2)
  const page = await bank.app.inject({ url: `/transfers/${id}`, headers })
  assert.match(page.body, /Pending/)
  assert.match(page.body, /Tried \d+ times so far. Last problem: retirement cannot be reached/)
  const accounts = await bank.app.inject({ url: '/', headers })
  assert.ok(accounts.body.includes(`/transfers/${id}`), 'the accounts page lists it')
  assert.equal(await house('retirement_in_transit'), 100n)
  await retirement.start()
  await until(id, settled, 10_000)
  assert.deepEqual([retirement.received.length, await metric('deposits_pending')], [1, 0])
})

test('a refusal is shown, counted, stops no other deposit, and is not the end of it', async () => {
  retirement.mood = 403
  const id = await deposit(100)
  const refused = await until(id, ({ problem }) => problem !== null, 5_000)
  assert.deepEqual([refused.status, refused.problem], ['pending', 'retirement answered 403 forbidden'])
  assert.equal(await metric('deposits_refused'), 1)
  assert.match((await bank.app.inject({ url: `/transfers/${id}`, headers })).body, /Pending: retirement refuses it/)
  retirement.mood = 'well'
  await until(await deposit(1), settled, 2_000)
  await until(id, settled, 12_000)
  assert.equal(await metric('deposits_refused'), 0)
})

test('an answer that is lost is asked for again, and the deposit counts once', async () => {
  retirement.mood = 'answer lost'
  const id = await deposit(100)
  const now = await until(id, settled, 5_000)
  assert.deepEqual([now.tries, retirement.received.map(({ jti }) => jti)], [2, [id, id]])
})

test('several processes share the work and tell retirement of each deposit once', async () => {
  const other = await buildTestBank(bank.postgres.databaseUrl, { RETIREMENT_INTERNAL_URL: retirement.url })
  retirement.mood = { afterMs: 20 }
  const ids = await Promise.all(
    Array.from({ length: 60 }, (_, n) => deposit(1 + n, { app: n % 2 ? bank.app : other.app })),
  )
  for (const id of ids) await until(id, settled, 10_000)
  await other.app.close()
  assert.deepEqual(retirement.received.map(({ jti }) => jti).sort(), ids.sort())
})

test('what a process took and did not finish is delivered by another when its lease has run out', async () => {
  const context = { requestId: randomUUID(), traceparent: null, tracestate: null }
  const owner = { userId: ada.id, currency: 'USD', orderHash: 'x', context }
  const party = { id: from, name: 'Checking', number: '4821-0937-55' }
  const book = createBook(bank.db)
  let id: string | undefined
  while (id === undefined) {
    await book({ ...owner, key: randomUUID(), from: party, kind: 'retirement', amountMinor: 5n, memo: '' })
    // The process that takes it dies here; unless the bank's own relay happened to look just now.
    id = (await claimDue(bank.db, 1))[0]?.transferId
  }
  const now = await until(id, settled, 10_000)
  assert.deepEqual([now.tries, retirement.received.filter(({ jti }) => jti === id).length], [2, 1])
})

test('a process that is told to stop finishes what it has begun', async () => {
  const other = await buildTestBank(bank.postgres.databaseUrl, { RETIREMENT_INTERNAL_URL: retirement.url })
  retirement.mood = { afterMs: 500 }
  const id = await deposit(100, { app: other.app })
  await until(id, ({ tries }) => tries === 1, 2_000)
  await other.app.close()
  assert.deepEqual([(await state(id)).status, retirement.received.length], ['settled', 1])
})

test('in the end nothing is in transit, and retirement has been credited what accounts were debited', async () => {
  const [row] = await bank.db.$queryRaw<{ debited: bigint }[]>`
    SELECT -sum(entries.amount)::bigint AS debited FROM entries JOIN transfers ON transfers.id = transfer_id
    WHERE kind = 'retirement' AND account_id IS NOT NULL`
  assert.deepEqual([await house('retirement_in_transit'), await house('retirement')], [0n, row?.debited])
})
