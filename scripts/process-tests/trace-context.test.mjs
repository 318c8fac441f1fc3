// One request id and one trace run through both services' logs, also when another process goes on with it much later.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { assertAnswer, call, register, until } from './requests.mjs'
import { logsOf, openWorld } from './world.mjs'

const world = await openWorld()
after(() => world.close())
let [bank, retirement] = await Promise.all([
  world.start('bank', { port: world.ports.bank }),
  world.start('retirement', { port: world.ports.retirement }),
])

function newTrace() {
  const [traceId, spanId, requestId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex'), randomUUID()]
  const headers = {
    traceparent: `00-${traceId}-${spanId}-01`,
    tracestate: 'congo=t61rcWkgMzE',
    'x-request-id': requestId,
  }
  return { traceId, spanId, requestId, headers }
}

/** The lines that belong to a request, by its id, once there is one of each of these services. */
async function linesOf({ requestId }, messages) {
  const { answer } = await until(
    async () =>
      (await logsOf(world))
        .split('\n')
        .filter((line) => line.includes(requestId))
        .map((line) => JSON.parse(line)),
    (lines) => messages.every((expected) => lines.some(({ service, msg }) => `${service}: ${msg}` === expected)),
    { withinMs: 10_000, what: `a line ${messages.join(', a line ')}` },
  )
  return (expected) => answer.find(({ service, msg }) => `${service}: ${msg}` === expected)
}

function assertOneTrace(trace, lines) {
  for (const line of lines) assert.deepEqual([line.reqId, line.traceId], [trace.requestId, trace.traceId])
}

async function order(person, { headers }, from = bank) {
  const accounts = assertAnswer(await call(from, 'GET', '/api/accounts', person), 200).body.data
  const { id } = accounts.find(({ name }) => name === 'Checking')
  const answer = await call(from, 'POST', '/api/transfers', {
    ...person,
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: { from: id, to: 'retirement', amount: 100 },
  })
  return assertAnswer(answer, 201).body.data.id
}

test('a sign-out at retirement is one trace with the bank, the caller first', async () => {
  const person = await register(bank)
  const trace = newTrace()
  assertAnswer(await call(retirement, 'POST', '/api/logout', { token: person.token, headers: trace.headers }), 200)
  const line = await linesOf(trace, ['retirement: request completed', 'bank: request completed'])
  const [there, here] = [line('retirement: request completed'), line('bank: request completed')]
  assertOneTrace(trace, [there, here])
  assert.equal(there.parentSpanId, trace.spanId)
  assert.equal(here.parentSpanId, there.spanId)
  assert.notEqual(here.spanId, there.spanId)
})

test('without a trace from outside the two services still share one', async () => {
  const person = await register(bank)
  const requestId = randomUUID()
  const headers = { 'x-request-id': requestId, traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }
  assertAnswer(await call(retirement, 'POST', '/api/logout', { token: person.token, headers }), 200)
  const line = await linesOf({ requestId }, ['retirement: request completed', 'bank: request completed'])
  const [there, here] = [line('retirement: request completed'), line('bank: request completed')]
  assert.match(there.traceId, /^(?!0+$)[0-9a-f]{32}$/)
  assert.deepEqual([there.parentSpanId, here.traceId, here.parentSpanId], [undefined, there.traceId, there.spanId])
})

test('a deposit is one trace from the order to its credit', async () => {
  const person = await register(bank)
  const trace = newTrace()
  await order(person, trace)
  const line = await linesOf(trace, [
    'bank: request completed',
    'retirement: request completed',
    'bank: deposit settled',
  ])
  const [ordered, credited] = [line('bank: request completed'), line('retirement: request completed')]
  const settled = line('bank: deposit settled')
  assertOneTrace(trace, [ordered, credited, settled])
  assert.deepEqual(
    [ordered.parentSpanId, credited.parentSpanId, settled.spanId],
    [trace.spanId, ordered.spanId, ordered.spanId],
  )
})

test('a deposit that another process of the bank delivers goes on with the trace of the order', async () => {
  const person = await register(bank)
  const trace = newTrace()
  await retirement.stop()
  const id = await order(person, trace)
  const waiting = await linesOf(trace, ['bank: deposit not delivered'])
  assertOneTrace(trace, [waiting('bank: deposit not delivered')])
  await bank.stop('SIGKILL')
  const [row] = await world.db
    .$queryRaw`SELECT traceparent, tracestate FROM deposit_outbox WHERE transfer_id = ${id}::uuid`
  assert.equal(row.tracestate, trace.headers.tracestate)
  ;[bank, retirement] = await Promise.all([
    world.start('bank', { port: world.ports.bank }),
    world.start('retirement', { port: world.ports.retirement }),
  ])
  const line = await linesOf(trace, ['bank: deposit settled', 'retirement: request completed'])
  const [settled, credited] = [line('bank: deposit settled'), line('retirement: request completed')]
  assertOneTrace(trace, [settled, credited])
  assert.equal(settled.pid, bank.pid)
  assert.equal(credited.parentSpanId, row.traceparent.split('-')[2])
})
