import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import {
  callContext,
  contextFields,
  contextHeaders,
  readTraceContext,
  traceparentOf,
} from '../../src/observability/trace-context.js'
import { createLoggingApp } from '../support.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const GIVEN = `00-${TRACE}-${SPAN}-01`

/** The expected trace and flag of a `traceparent`, or `new`. */
const TRACEPARENTS: ReadonlyArray<readonly [given: string, taken: string, why: string]> = [
  [GIVEN, 'sampled', 'as in the standard'],
  [`00-${TRACE}-${SPAN}-00`, 'not sampled', 'the caller does not record it'],
  [`00-${TRACE}-${SPAN}-03`, 'sampled', 'a flag that version 00 does not know is left out'],
  [`00-${TRACE}-${SPAN}-fe`, 'not sampled', 'all flags but the one'],
  [`01-${TRACE}-${SPAN}-01`, 'sampled', 'a later version has at least what version 00 has'],
  [`cc-${TRACE}-${SPAN}-01-what-may-come`, 'sampled', 'and may say more'],
  [`cc-${TRACE}-${SPAN}-01.what-may-come`, 'new', 'though not without a dash'],
  [`ff-${TRACE}-${SPAN}-01`, 'new', 'the version that is forbidden'],
  [`00-${TRACE}-${SPAN}-01-more`, 'new', 'version 00 says no more'],
  [`00-${TRACE}-${SPAN}-01-`, 'new', 'not even a dash'],
  [`00-${'0'.repeat(32)}-${SPAN}-01`, 'new', 'a trace of zeroes'],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, 'new', 'a span of zeroes'],
  [GIVEN.toUpperCase(), 'new', 'capitals'],
  [`00-${TRACE.slice(1)}-${SPAN}-01`, 'new', 'a trace that is too short'],
  [`00-${TRACE}-${SPAN}0-01`, 'new', 'a span that is too long'],
  [`00-${TRACE.replace('4', 'g')}-${SPAN}-01`, 'new', 'no hexadecimal digit'],
  [`00-${TRACE}-${SPAN}`, 'new', 'no flags'],
  [` ${GIVEN}`, 'new', 'a space'],
  [`${GIVEN}\n`, 'new', 'a line break: it could forge a line of a log'],
  [`${GIVEN}, ${GIVEN}`, 'new', 'sent twice'],
  ['', 'new', 'empty'],
]

for (const [given, taken, why] of TRACEPARENTS) {
  test(`traceparent: ${taken}: ${why}`, () => {
    const trace = readTraceContext({ traceparent: given, tracestate: 'a=1' })
    assert.match(trace.spanId, /^[0-9a-f]{16}$/)
    assert.notEqual(trace.spanId, SPAN)
    if (taken === 'new') {
      assert.match(trace.traceId, /^[0-9a-f]{32}$/)
      assert.notEqual(trace.traceId, TRACE)
      assert.deepEqual([trace.parentSpanId, trace.sampled, trace.state], [undefined, false, undefined])
    } else {
      assert.deepEqual([trace.traceId, trace.parentSpanId, trace.state], [TRACE, SPAN, 'a=1'])
      assert.equal(trace.sampled, taken === 'sampled')
    }
    assert.equal(traceparentOf(trace), `00-${trace.traceId}-${trace.spanId}-${taken === 'sampled' ? '01' : '00'}`)
  })
}

const TRACESTATES: ReadonlyArray<readonly [given: string, kept: boolean, why: string]> = [
  ['congo=t61rcWkgMzE', true, 'one member'],
  ['rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', true, 'two'],
  ['fw529a3039@dt=FfeeUgAPTY, a-_*/0=x y', true, 'a tenant; a space after the comma and within a value'],
  ['a=1,,b=2', true, 'an empty member, which the standard allows'],
  [`a=${'x'.repeat(256)}`, true, 'the longest value'],
  [`a=${'x'.repeat(257)}`, false, 'a longer one'],
  [`a=${'x'.repeat(254)},b=${'y'.repeat(254)}`, false, '513 characters'],
  [`a=${'x'.repeat(254)},b=${'y'.repeat(253)}`, true, '512 characters'],
  [Array.from({ length: 32 }, (_, n) => `k${n}=v`).join(','), true, '32 members'],
  [Array.from({ length: 33 }, (_, n) => `k${n}=v`).join(','), false, '33 members'],
  ['A=1', false, 'a capital in a key'],
  ['a', false, 'no value'],
  ['a=', false, 'an empty value'],
  ['a=b=c', false, 'an equals sign in a value'],
  ['a=é', false, 'not ASCII'],
  ['a=1\u0007', false, 'a control character'],
  [', ,', false, 'nothing but commas'],
]

for (const [given, kept, why] of TRACESTATES) {
  test(`tracestate ${kept ? 'is passed on unchanged' : 'is dropped'}: ${why}`, () => {
    const { traceId, state } = readTraceContext({ traceparent: GIVEN, tracestate: given })
    assert.deepEqual([traceId, state], [TRACE, kept ? given : undefined])
  })
}

describe('a request', () => {
  let app: FastifyInstance
  let lines: Record<string, unknown>[]
  before(async () => {
    ;({ app, lines } = await createLoggingApp('info', { genReqId: () => 'request-1' }))
    app.post('/', async (request) => {
      request.log.info({ spelled: 'out' }, 'one more line')
      return callContext(request)
    })
  })
  after(() => app.close())

  const send = async (headers: Record<string, string>) => {
    lines.length = 0
    const answer = await app.inject({ method: 'POST', url: '/', headers })
    return answer.json()
  }

  test('has one span in all its log lines and calls', async () => {
    const context = await send({ traceparent: GIVEN, tracestate: 'congo=1' })
    const [, traceId, spanId, flags] = context.traceparent.split('-')
    assert.deepEqual([traceId, flags, context.tracestate], [TRACE, '01', 'congo=1'])
    assert.deepEqual(
      lines.map(({ msg, reqId, ...line }) => [msg, reqId, line.traceId, line.spanId, line.parentSpanId]),
      ['one more line', 'request completed'].map((msg) => [msg, 'request-1', TRACE, spanId, SPAN]),
    )
    assert.deepEqual(contextHeaders(context), {
      'x-request-id': 'request-1',
      traceparent: context.traceparent,
      tracestate: 'congo=1',
    })
    assert.deepEqual(contextFields(context), { reqId: 'request-1', traceId: TRACE, spanId })
  })

  test('without a valid trace starts a new one and logs nothing of the headers', async () => {
    const first = await send({ traceparent: '","level":60', tracestate: 'congo=hunter2' })
    assert.doesNotMatch(JSON.stringify([lines, first]), /:60|hunter2/)
    assert.ok(lines.every((line) => line.parentSpanId === undefined))
    const second = await send({})
    assert.notEqual(first.traceparent.split('-')[1], second.traceparent.split('-')[1])
    assert.equal(contextHeaders(second).tracestate, undefined)
  })

  test('a log line without a request has no trace', () => {
    lines.length = 0
    app.log.info('closing')
    assert.deepEqual(
      Object.keys(lines[0] ?? {}).filter((name) => /trace|span/i.test(name)),
      [],
    )
  })
})

test('a transfer from before traces were stored continues with its request id alone', () => {
  const context = { requestId: 'request-1', traceparent: null, tracestate: null }
  assert.deepEqual(contextHeaders(context), { 'x-request-id': 'request-1' })
  assert.deepEqual(contextFields(context), { reqId: 'request-1' })
})
