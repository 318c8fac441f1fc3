import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stateOf } from '../../../src/demo/operations/rules.js'
import { errorShareOf, type SignalPoint, signalsOf, withPoint } from '../../../src/demo/operations/signal-history.js'

const minute = (count: number) => new Date(1_800_000_000_000 + count * 60_000)
const point = (at: Date): SignalPoint => ({
  at,
  requestsPerSecond: 1,
  errorShare: 0,
  p95Seconds: undefined,
  eventLoopLagSeconds: 0,
})

describe('the lines of the operations page', () => {
  test('cover fifteen minutes', () => {
    const minutes = Array.from({ length: 20 }, (_, count) => minute(count))
    const kept = minutes.reduce<SignalPoint[]>((points, at) => withPoint(points, point(at), at), [])
    assert.deepEqual([kept.length, kept[0]?.at, kept.at(-1)?.at], [16, minute(4), minute(19)])
  })

  test('get no point without a response, but lose those that are too old', () => {
    const kept = withPoint([point(minute(0)), point(minute(10))], undefined, minute(20))
    assert.deepEqual(kept, [point(minute(10))])
  })

  test('get no point from rates since the start', () => {
    const state = stateOf({ name: 'Test', answering: true, failed: 0, present: [] })
    assert.equal(signalsOf(state, minute(0)), undefined)
    const windowed = { ...state, windowSeconds: 60, requestsPerSecond: 3, answers: { '2': 3, '5': 1 } }
    assert.equal(signalsOf(windowed, minute(0))?.requestsPerSecond, 3)
    assert.equal(signalsOf({ ...windowed, answering: false }, minute(0)), undefined)
  })

  test('count 5xx responses as errors', () => {
    assert.equal(errorShareOf({ answers: { '2': 6, '4': 1, '5': 1 } }), 0.125)
    assert.equal(errorShareOf({ answers: {} }), 0)
  })
})
