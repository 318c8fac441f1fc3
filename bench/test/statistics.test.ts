import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interleave } from '../src/rounds.js'
import { median, percentile, ratio } from '../src/statistics.js'
import { sharePairsInOrder } from '../src/storm/queue.js'
import { compared } from '../src/storm/run.js'

test('a median is the middle value or the mean of the two middle ones, and does not reorder its input', () => {
  const values = [9, 1, 5]
  assert.equal(median(values), 5)
  assert.deepEqual(values, [9, 1, 5])
  assert.equal(median([4, 1, 3, 2]), 2.5)
})

test('a percentile is a measured value', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 0.5), 50)
  assert.equal(percentile([7], 0.99), 7)
})

test('a ratio is the median of the ratios of each round', () => {
  const rounds = [
    { one: 10, other: 20 },
    { one: 1, other: 2 },
    { one: 90, other: 100 },
  ]
  assert.equal(ratio(rounds, 'one', 'other'), 0.5)
})

test('each round measures every entry once, with another first entry, and odd rounds in reverse', async () => {
  const order: string[] = []
  const entry = (name: string) => async () => {
    order.push(name)
    return name
  }
  const measured = await interleave({ a: entry('a'), b: entry('b'), c: entry('c') }, 3)
  assert.equal(order.join(''), 'abcacbcab')
  assert.deepEqual(measured, Array(3).fill({ a: 'a', b: 'b', c: 'c' }))
})

test('times during logins are compared with the idle times of all rounds', () => {
  const round = (idle: number[], storm: number[]) => ({
    idle: { times: { me: idle } },
    storm: { times: { me: storm } },
    control: { times: { me: storm } },
  })
  const { idle, storm } = compared([round([1, 2], [3]), round([3], [4, 5])], 'me')
  assert.deepEqual(idle, { medianMs: 2, p99Ms: 3, requests: 3 })
  assert.deepEqual([storm.medianMs, storm.medianRatio, storm.p99Ms], [4, 2, 5])
})

test('the share of pairs in order counts each pair', () => {
  assert.equal(sharePairsInOrder([1, 2, 3, 4]), 1)
  assert.equal(sharePairsInOrder([4, 3, 2, 1]), 0)
  assert.equal(sharePairsInOrder([1, 3, 2]), 2 / 3)
  assert.equal(sharePairsInOrder([1]), 1)
})
