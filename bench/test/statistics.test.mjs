import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interleave } from '../src/rounds.mjs'
import { median, percentile, ratio } from '../src/statistics.mjs'
import { orderliness } from '../src/storm/queue.mjs'
import { compared } from '../src/storm/run.mjs'

test('a median is the one in the middle, or between the two there, and does not reorder what it is given', () => {
  const values = [9, 1, 5]
  assert.equal(median(values), 5)
  assert.deepEqual(values, [9, 1, 5])
  assert.equal(median([4, 1, 3, 2]), 2.5)
})

test('a percentile is a value that was measured', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 0.5), 50)
  assert.equal(percentile([7], 0.99), 7)
})

test('a ratio is the median of the rounds’ own, so that a slow round weighs on both of its numbers', () => {
  const rounds = [
    { one: 10, other: 20 },
    { one: 1, other: 2 },
    { one: 90, other: 100 },
  ]
  assert.equal(ratio(rounds, 'one', 'other'), 0.5)
})

test('each round measures everything once, begins with another, and every other one runs backwards', async () => {
  const order = []
  const entry = (name) => async () => {
    order.push(name)
    return name
  }
  const measured = await interleave({ a: entry('a'), b: entry('b'), c: entry('c') }, 3)
  assert.equal(order.join(''), 'abcacbcab')
  assert.deepEqual(measured, Array(3).fill({ a: 'a', b: 'b', c: 'c' }))
})

test('times under sign-ins are compared with the idle ones of all rounds together', () => {
  const round = (idle, storm) => ({
    idle: { times: { me: idle } },
    storm: { times: { me: storm } },
    control: { times: { me: storm } },
  })
  const { idle, storm } = compared([round([1, 2], [3]), round([3], [4, 5])], 'me')
  assert.deepEqual(idle, { medianMs: 2, p99Ms: 3, requests: 3 })
  assert.deepEqual([storm.medianMs, storm.medianRatio, storm.p99Ms], [4, 2, 5])
})

test('how much of an order is kept counts the pairs that are', () => {
  assert.equal(orderliness([1, 2, 3, 4]), 1)
  assert.equal(orderliness([4, 3, 2, 1]), 0)
  assert.equal(orderliness([1, 3, 2]), 2 / 3)
  assert.equal(orderliness([1]), 1)
})
