import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { until } from '@signet/testing'
import { claimDue } from '../../src/outbox/store.js'
import { createPost } from '../../src/transfers/post.js'
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

interface TransferState {
  readonly status: string
  readonly tries: number
  readonly problem: string | null
  readonly createdAt: string
  readonly pendingSince: string | null
}

/** The state as soon as it is what is waited for. */
const untilState = (id: string, isIt: (state: TransferState) => boolean) => until<TransferState>(() => state(id), isIt)
/** Lets the time pass until the next attempt is due, or a lease has run out. */
const letTimePass = (id: string) =>
  bank.db.depositOutbox.update({ where: { transferId: id }, data: { nextTryAt: new Date(0) } })
const settled = ({ status }: { status: string }) => status === 'settled'
const metric = async (name: string) =>
  Number(new RegExp(`^${name}\\S* (\\S+)$`, 'm').exec((await bank.app.inject('/metrics')).body)?.[1])
const house = async (account: 'retirement' | 'retirement_in_transit') =>
  (await bank.db.entry.aggregate({ where: { houseAccount: account }, _sum: { amountMinor: true } }))._sum.amountMinor ??
  0n

test('a deposit is delivered at once with the fields of the transfer, and with the request and trace ids', async () => {
  const requestId = randomUUID()
  const traceId = randomUUID().replaceAll('-', '')
  const trace = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'congo=t61rcWkgMzE' }
  const id = await deposit(12_345, { memo: 'for later', requestId, trace })
  const now = await untilState(id, settled)
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

test('a transfer wakes the relay, which does not wait for its next look', async (t) => {
  // From here on no new relay polls.
  t.mock.timers.enable({ apis: ['setInterval'] })
  const own = await startBank({ RETIREMENT_INTERNAL_URL: retirement.url })
  const customer = cookieOf(await tokenOf(own.app))
  const [{ id: account }] = (await own.app.inject({ url: '/api/accounts', headers: customer })).json().data
  const { data } = (
    await own.app.inject({
      method: 'POST',
      url: '/api/transfers',
      headers: { ...customer, ...json, 'idempotency-key': randomUUID() },
      payload: JSON.stringify({ from: account, to: 'retirement', amount: 1 }),
    })
  ).json()
  await until(
    async () => (await own.app.inject({ url: `/api/transfers/${data.id}`, headers: customer })).json().data,
    settled,
  )
  await own.close()
})

test('a deposit stays pending while retirement is down, shows the reason, and is delivered afterwards', async () => {
  await retirement.stop()
  const id = await deposit(100)
  const waiting = await untilState(id, ({ tries, problem }) => tries >= 2 && problem !== null)
  assert.deepEqual([waiting.status, waiting.problem], ['pending', 'retirement cannot be reached (connection refused)'])
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
  await untilState(id, settled)
  assert.deepEqual([retirement.received.length, await metric('deposits_pending')], [1, 0])
})

test('a refusal is shown, counted, stops no other deposit, and is not the end of it', async () => {
  retirement.mood = 403
  const id = await deposit(100)
  const refused = await untilState(id, ({ problem }) => problem !== null)
  assert.deepEqual([refused.status, refused.problem], ['pending', 'retirement responded 403 forbidden'])
  assert.equal(await metric('deposits_refused'), 1)
  assert.match((await bank.app.inject({ url: `/transfers/${id}`, headers })).body, /Pending: refused by retirement/)
  retirement.mood = 'well'
  await untilState(await deposit(1), settled)
  assert.equal((await state(id)).status, 'pending')
  await letTimePass(id)
  await untilState(id, settled)
  assert.equal(await metric('deposits_refused'), 0)
})

test('a deposit with a lost response is delivered again and credited once', async () => {
  retirement.mood = 'answer lost'
  const id = await deposit(100)
  const now = await untilState(id, settled)
  assert.deepEqual([now.tries, retirement.received.map(({ jti }) => jti)], [2, [id, id]])
})

test('several processes share the work and deliver each deposit once', async () => {
  const other = await buildTestBank(bank.databaseUrl, { RETIREMENT_INTERNAL_URL: retirement.url })
  retirement.mood = { afterMs: 20 }
  const ids = await Promise.all(
    Array.from({ length: 60 }, (_, n) => deposit(1 + n, { app: n % 2 ? bank.app : other.app })),
  )
  for (const id of ids) await untilState(id, settled)
  await other.app.close()
  assert.deepEqual(retirement.received.map(({ jti }) => jti).sort(), ids.sort())
})

test('what a process took and did not finish is delivered by another when its lease has run out', async () => {
  const context = { requestId: randomUUID(), traceparent: null, tracestate: null }
  const owner = { userId: ada.id, requestHash: 'x', confirmedBy: 'password' as const, now: new Date(), context }
  const party = { id: from, name: 'Checking', number: '4821-0937-55' }
  const post = createPost({ db: bank.db, stepUpLimitMinor: 0 })
  let id: string | undefined
  while (id === undefined) {
    await post({ ...owner, key: randomUUID(), from: party, to: null, kind: 'retirement', amountMinor: 5n, memo: '' })
    // The process that claimed it dies here, unless the bank's own relay polled at this moment.
    id = (await claimDue(bank.db, 1))[0]?.transferId
  }
  await letTimePass(id)
  const now = await untilState(id, settled)
  assert.deepEqual([now.tries, retirement.received.filter(({ jti }) => jti === id).length], [2, 1])
})

test('a process that is stopped finishes its deliveries', async () => {
  const other = await buildTestBank(bank.databaseUrl, { RETIREMENT_INTERNAL_URL: retirement.url })
  retirement.mood = { afterMs: 500 }
  const id = await deposit(100, { app: other.app })
  await untilState(id, ({ tries }) => tries === 1)
  await other.app.close()
  assert.deepEqual([(await state(id)).status, retirement.received.length], ['settled', 1])
})

test('in the end no deposit is pending, and the credits equal the debits', async () => {
  const [row] = await bank.db.$queryRaw<{ debited: bigint }[]>`
    SELECT -sum(entries.amount)::bigint AS debited FROM entries JOIN transfers ON transfers.id = transfer_id
    WHERE kind = 'retirement' AND account_id IS NOT NULL`
  assert.deepEqual([await house('retirement_in_transit'), await house('retirement')], [0n, row?.debited])
})
