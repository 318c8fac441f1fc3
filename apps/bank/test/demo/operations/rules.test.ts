import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Histogram, Registry } from 'prom-client'
import { parts, percent, rate, span, time } from '../../../src/demo/operations/format.js'
import {
  parseMetrics,
  quantile,
  readSnapshot,
  type Snapshot,
  since,
  sumOf,
} from '../../../src/demo/operations/metrics.js'
import { createHistory, signalsOf, stateOf } from '../../../src/demo/operations/rules.js'

const T0 = 1_800_000_000_000

/** The metrics of a process with `requests` responses within 10 ms and `failures` within 50 ms. */
function snapshot(replica: string, atMs: number, { requests = 0, failures = 0, startedAtMs = T0 } = {}): Snapshot {
  const bucket = (route: string, status: number, le: string, count: number) =>
    `http_request_duration_seconds_bucket{le="${le}",method="GET",route="${route}",status="${status}"} ${count}`
  const series = (route: string, status: number, counts: readonly [number, number]) => [
    bucket(route, status, '0.01', counts[0]),
    bucket(route, status, '0.05', counts[1]),
    bucket(route, status, '+Inf', counts[1]),
    `http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"} ${counts[1]}`,
  ]
  const lines = [
    `signet_build_info{version="1.2.3",commit="abc",replica="${replica}"} 1`,
    `process_start_time_seconds ${startedAtMs / 1000}`,
    ...series('/', 200, [requests, requests]),
    ...series('/', 503, [0, failures]),
    // Scrapes of the metrics are not counted.
    ...series('/metrics', 200, [9_000, 9_000]),
    `authentications_total ${requests}`,
    `authentication_seconds_total ${requests / 1_000}`,
  ]
  return readSnapshot(parseMetrics(lines.join('\n')), atMs)
}

describe('quantile', () => {
  test('agrees with Prometheus', async () => {
    const registry = new Registry()
    const histogram = new Histogram({ name: 'a_seconds', help: 'a', buckets: [1, 2, 4], registers: [registry] })
    for (const seconds of [0.5, 1.5, 1.6, 3, 3.5, 3.6, 3.7, 9]) histogram.observe(seconds)
    const buckets = parseMetrics(await registry.metrics()).get('a_seconds_bucket') ?? []
    const read = Object.fromEntries(buckets.map(({ labels, value }) => [labels.le, value]))
    // 1, 3, 7 and 8 of 8 are within 1 s, 2 s, 4 s and infinity.
    assert.deepEqual(
      [0, 0.125, 0.25, 0.375, 0.5, 0.875, 0.99].map((share) => quantile(read, share)),
      [0, 1, 1.5, 2, 2.5, 4, 4],
    )
  })

  test('is undefined for an empty histogram', () => assert.equal(quantile({}, 0.5), undefined))

  test('works on sums and differences of histograms', () => {
    const [early, late] = [snapshot('a', T0, { requests: 10 }), snapshot('a', T0, { requests: 30, failures: 10 })]
    assert.deepEqual(since(late.latency, early.latency), { '0.01': 20, '0.05': 30, '+Inf': 30 })
    assert.deepEqual(sumOf([early.latency, early.latency])['0.01'], 20)
  })
})

describe('stateOf', () => {
  test('combines the replicas within the window', () => {
    const state = stateOf([
      {
        earlier: snapshot('a', T0 + 10_000, { requests: 100 }),
        now: snapshot('a', T0 + 20_000, { requests: 190, failures: 10 }),
      },
      { earlier: snapshot('b', T0 + 15_000, { requests: 5 }), now: snapshot('b', T0 + 20_000, { requests: 105 }) },
    ])
    assert.equal(state.windowSeconds, 10)
    assert.deepEqual(
      state.replicas.map(({ now, requestsPerSecond }) => [now.replica, requestsPerSecond]),
      [
        ['a', 10],
        ['b', 20],
      ],
    )
    assert.equal(state.requestsPerSecond, 30)
    assert.deepEqual(state.answers, { '2': 190, '5': 10 })
    assert.ok(Math.abs((state.authenticationSeconds ?? 0) - 0.001) < 1e-9)
    assert.ok(state.latency && state.latency.p50 < 0.01 && state.latency.p99 > 0.04)
  })

  test('counts from the start of each replica when one of them is new', () => {
    const state = stateOf([
      { earlier: snapshot('a', T0 + 10_000, { requests: 100 }), now: snapshot('a', T0 + 20_000, { requests: 200 }) },
      { earlier: undefined, now: snapshot('b', T0 + 20_000, { requests: 20, startedAtMs: T0 + 10_000 }) },
    ])
    assert.deepEqual([state.windowSeconds, state.requestsPerSecond], [undefined, 10 + 2])
  })

  test('is empty without replicas', () => {
    const state = stateOf([])
    assert.deepEqual([state.replicas, state.requestsPerSecond, state.latency], [[], 0, undefined])
  })

  test('refuses the metrics of another program', () => {
    assert.throws(() => readSnapshot(parseMetrics('up 1'), T0), TypeError)
  })
})

describe('createHistory', () => {
  test('computes rates from the last snapshot that is older than one minute', () => {
    const look = createHistory('Test')
    const states = [0, 30, 50, 80, 100, 120].map((second) => {
      const atMs = T0 + second * 1000
      return look([snapshot('a', atMs)], 0, atMs)
    })
    assert.deepEqual(
      states.map(({ windowSeconds }) => windowSeconds),
      [undefined, 30, 50, 80, 70, 70],
    )
  })

  test('forgets a process that was replaced under the same name', () => {
    const look = createHistory('Test')
    look([snapshot('a', T0, { requests: 100 })], 0, T0)
    const { windowSeconds } = look([snapshot('a', T0 + 5_000, { requests: 1, startedAtMs: T0 + 4_000 })], 0, T0 + 5_000)
    assert.equal(windowSeconds, undefined)
  })

  const namesOf = ({ replicas }: ReturnType<typeof stateOf>) => replicas.map(({ now }) => now.replica)

  test('omits a replica that has not responded for ten seconds', () => {
    const look = createHistory('Test')
    look([snapshot('b', T0 + 9_000), snapshot('a', T0)], 0, T0)
    assert.deepEqual([namesOf(look([], 1, T0 + 10_000)), namesOf(look([], 1, T0 + 10_001))], [['a', 'b'], ['b']])
  })

  test('keeps the newest 64 replicas', () => {
    const look = createHistory('Test')
    const names = namesOf(
      look(
        Array.from({ length: 100 }, (_, number) => snapshot(`r${number}`, T0)),
        0,
        T0,
      ),
    )
    assert.deepEqual([names.length, names.includes('r99'), names.includes('r35')], [64, true, false])
  })

  test('keeps the signals of fifteen minutes, without those of failed looks and of the time since the start', () => {
    const look = createHistory('Test')
    const pointsAt = (minute: number, answering = true) => {
      const atMs = T0 + minute * 60_000
      return look(answering ? [snapshot('a', atMs)] : [], 0, atMs).points.map(({ at }) => (at.getTime() - T0) / 60_000)
    }
    assert.deepEqual([pointsAt(0), pointsAt(1), pointsAt(2)], [[], [1], [1, 2]])
    const fiveSecondsLater = 2 + 5 / 60
    assert.deepEqual(pointsAt(fiveSecondsLater, false), [1, 2])
    assert.deepEqual(pointsAt(17), [2, 17])
    assert.deepEqual(pointsAt(18, false), [17], 'a failed look drops what is too old')
  })

  test('keeps the signals as they were at each look', () => {
    const look = createHistory('Test')
    look([snapshot('a', T0)], 0, T0)
    look([snapshot('a', T0 + 10_000, { requests: 30 })], 0, T0 + 10_000)
    const { points } = look([snapshot('a', T0 + 20_000, { requests: 30, failures: 10 })], 0, T0 + 20_000)
    const valuesOf = (index: number) => points[index]?.signals.slice(0, 2).map(({ value }) => value)
    assert.deepEqual(
      [valuesOf(0), valuesOf(1)],
      [
        [3, 0],
        [2, 0.25],
      ],
    )
  })
})

test('the signals count 5xx responses as errors', () => {
  const shareOf = (answers: Record<string, number>) => signalsOf({ ...stateOf([]), answers })[1]?.value
  assert.deepEqual([shareOf({ '2': 5, '4': 2, '5': 1 }), shareOf({})], [0.125, 0])
})

test('figures are formatted with units', () => {
  assert.deepEqual([0, 0.25, 12.4, 1_234.5].map(rate), ['0', '0.3', '12', '1,235'])
  assert.deepEqual([0, 0.0004, 0.034, 0.5, 1].map(percent), ['0 %', '0.04 %', '3.4 %', '50 %', '100 %'])
  assert.deepEqual([0, 0.000_000_6, 0.000_34, 0.0012, 0.34, 1.25].map(time), [
    '0 µs',
    '0.6 µs',
    '340 µs',
    '1.2 ms',
    '340 ms',
    '1.3 s',
  ])
  assert.deepEqual([3, 89, 720, 11_100, 187_200].map(span), ['3 s', '89 s', '12 min', '3 h 5 min', '2 d 4 h'])
  assert.equal(parts({ rotated: 3, replayed: 0, reuse_detected: 1 }), '3 rotated, 1 reuse detected')
})
