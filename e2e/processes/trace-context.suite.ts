// One request id and one trace appear in both services' logs, also when another process continues the work later.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createBankDatabase } from '@signet/bank-database'
import { freePort, until } from '@signet/testing'
import { assertResponse, call, register, type Session } from './requests.js'
import type { Target } from './services.js'
import { bank, retirement, world } from './shared-world.js'
import { logsOf } from './world.js'

function newTrace() {
  const [traceId, spanId, requestId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex'), randomUUID()]
  const headers = {
    traceparent: `00-${traceId}-${spanId}-01`,
    tracestate: 'congo=t61rcWkgMzE',
    'x-request-id': requestId,
  }
  return { traceId, spanId, requestId, headers }
}

type Trace = ReturnType<typeof newTrace>

interface LogLine {
  readonly service: string
  readonly msg: string
  readonly pid: number
  readonly reqId: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
}

interface Account {
  readonly id: string
  readonly name: string
}

/** Returns the log lines of a request id, once there is one with each of these messages. */
async function linesOf({ requestId }: { readonly requestId: string }, messages: readonly string[]) {
  const found = await until(
    async () =>
      (await logsOf(world))
        .split('\n')
        .filter((line) => line.includes(requestId))
        .map((line): LogLine => JSON.parse(line)),
    (lines) => messages.every((expected) => lines.some(({ service, msg }) => `${service}: ${msg}` === expected)),
    { what: `a line ${messages.join(', a line ')}`, everyMilliseconds: 100 },
  )
  return (expected: string) => {
    const line = found.find(({ service, msg }) => `${service}: ${msg}` === expected)
    assert.ok(line)
    return line
  }
}

function assertOneTrace(trace: Trace, lines: readonly LogLine[]): void {
  for (const line of lines) assert.deepEqual([line.reqId, line.traceId], [trace.requestId, trace.traceId])
}

async function transfer(person: Session, { headers }: Trace, from: Target): Promise<string> {
  const accounts = assertResponse(await call<Account[]>(from, 'GET', '/api/accounts', person), 200).body.data
  const checking = accounts.find(({ name }) => name === 'Checking')
  const response = await call<{ readonly id: string }>(from, 'POST', '/api/transfers', {
    ...person,
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: { from: checking?.id, to: 'retirement', amount: 100 },
  })
  return assertResponse(response, 201).body.data.id
}

test('a sign-out at retirement and its request to the bank are one trace', async () => {
  const person = await register(bank)
  const trace = newTrace()
  assertResponse(await call(retirement, 'POST', '/api/logout', { token: person.token, headers: trace.headers }), 200)
  const line = await linesOf(trace, ['retirement: request completed', 'bank: request completed'])
  const [there, here] = [line('retirement: request completed'), line('bank: request completed')]
  assertOneTrace(trace, [there, here])
  assert.equal(there.parentSpanId, trace.spanId)
  assert.equal(here.parentSpanId, there.spanId)
  assert.notEqual(here.spanId, there.spanId)
})

test('the services share a trace when the client sends none', async () => {
  const person = await register(bank)
  const requestId = randomUUID()
  const headers = { 'x-request-id': requestId, traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }
  assertResponse(await call(retirement, 'POST', '/api/logout', { token: person.token, headers }), 200)
  const line = await linesOf({ requestId }, ['retirement: request completed', 'bank: request completed'])
  const [there, here] = [line('retirement: request completed'), line('bank: request completed')]
  assert.match(there.traceId, /^(?!0+$)[0-9a-f]{32}$/)
  assert.deepEqual([there.parentSpanId, here.traceId, here.parentSpanId], [undefined, there.traceId, there.spanId])
})

test('a deposit is one trace from the transfer request to the credit', async () => {
  const person = await register(bank)
  const trace = newTrace()
  await transfer(person, trace, bank)
  const line = await linesOf(trace, [
    'bank: request completed',
    'retirement: request completed',
    'bank: deposit settled',
  ])
  const [requested, credited] = [line('bank: request completed'), line('retirement: request completed')]
  const settled = line('bank: deposit settled')
  assertOneTrace(trace, [requested, credited, settled])
  assert.deepEqual(
    [requested.parentSpanId, credited.parentSpanId, settled.spanId],
    [trace.spanId, requested.spanId, requested.spanId],
  )
})

test('a deposit that another bank process delivers continues the trace of the transfer request', async () => {
  // Own database, so that no other bank delivers the deposit.
  const DATABASE_URL = await world.openDatabase('bank')
  const nowhere = `http://127.0.0.1:${await freePort()}`
  const cutOff = await world.start('bank', { env: { DATABASE_URL, RETIREMENT_INTERNAL_URL: nowhere } })
  const person = await register(cutOff)
  const trace = newTrace()
  const id = await transfer(person, trace, cutOff)
  const waiting = await linesOf(trace, ['bank: deposit not delivered'])
  assertOneTrace(trace, [waiting('bank: deposit not delivered')])
  await cutOff.stop('SIGKILL')
  const db = createBankDatabase(DATABASE_URL)
  const [row] = await db.$queryRaw<{ traceparent: string; tracestate: string }[]>`
    SELECT traceparent, tracestate FROM deposit_outbox WHERE transfer_id = ${id}::uuid`
  await db.$disconnect()
  assert.ok(row)
  assert.equal(row.tracestate, trace.headers.tracestate)

  const delivering = await world.start('bank', { env: { DATABASE_URL } })
  const line = await linesOf(trace, ['bank: deposit settled', 'retirement: request completed'])
  const [settled, credited] = [line('bank: deposit settled'), line('retirement: request completed')]
  assertOneTrace(trace, [settled, credited])
  assert.equal(settled.pid, delivering.pid)
  assert.equal(credited.parentSpanId, row.traceparent.split('-')[2])
  await delivering.stop()
})
