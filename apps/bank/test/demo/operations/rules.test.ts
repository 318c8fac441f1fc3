import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Histogram, Registry } from 'prom-client'
import { parts, percent, rate, span, time } from '../../../src/demo/operations/format.js'
import { EMPTY, quantile, readHistogram, since, together } from '../../../src/demo/operations/histogram.js'
import { createHistory } from '../../../src/demo/operations/history.js'
import { parseMetrics } from '../../../src/demo/operations/parse-metrics.js'
import { stateOf } from '../../../src/demo/operations/rules.js'
import { readSnapshot, type Snapshot } from '../../../src/demo/operations/snapshot.js'

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

const findings = (present: { now: Snapshot; earlier: Snapshot | undefined }[]) =>
  stateOf({ name: 'Test', answering: true, failed: 0, present })

describe('quantile', () => {
  test('agrees with Prometheus', async () => {
    const registry = new Registry()
    const histogram = new Histogram({ name: 'a_seconds', help: 'a', buckets: [1, 2, 4], registers: [registry] })
    for (const seconds of [0.5, 1.5, 1.6, 3, 3.5, 3.6, 3.7, 9]) histogram.observe(seconds)
    const read = readHistogram(parseMetrics(await registry.metrics()), 'a_seconds')
    // 1, 3, 7 and 8 of 8 are within 1 s, 2 s, 4 s and infinity.
    assert.deepEqual(
      [0, 0.125, 0.25, 0.375, 0.5, 0.875, 0.99].map((share) => quantile(read, share)),
      [0, 1, 1.5, 2, 2.5, 4, 4],
    )
  })

  test('is undefined for an empty histogram', () => assert.equal(quantile(EMPTY, 0.5), undefined))

  test('works on sums and differences of histograms', () => {
    const [early, late] = [snapshot('a', T0, { requests: 10 }), snapshot('a', T0, { requests: 30, failures: 10 })]
    assert.deepEqual(since(late.latency, early.latency).buckets, [
      [0.01, 20],
      [0.05, 30],
      [Number.POSITIVE_INFINITY, 30],
    ])
    assert.deepEqual(together(early.latency, early.latency).buckets[0], [0.01, 20])
  })
})

describe('stateOf', () => {
  test('combines the replicas within the window', () => {
    const state = findings([
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
    const state = findings([
      { earlier: snapshot('a', T0 + 10_000, { requests: 100 }), now: snapshot('a', T0 + 20_000, { requests: 200 }) },
      { earlier: undefined, now: snapshot('b', T0 + 20_000, { requests: 20, startedAtMs: T0 + 10_000 }) },
    ])
    assert.deepEqual([state.windowSeconds, state.requestsPerSecond], [undefined, 10 + 2])
  })

  test('is empty without replicas', () => {
    const state = findings([])
    assert.deepEqual([state.replicas, state.requestsPerSecond, state.latency], [[], 0, undefined])
  })

  test('refuses the metrics of another program', () => {
    assert.throws(() => readSnapshot(parseMetrics('up 1'), T0), TypeError)
  })
})

describe('createHistory', () => {
  test('keeps one minute of snapshots and the last one before it', () => {
    const history = createHistory()
    for (const second of [0, 30, 50, 80, 100, 120]) history.add([snapshot('a', T0 + second * 1000)])
    const [seen] = history.present(T0 + 120_000)
    assert.deepEqual([seen?.earlier?.atMs, seen?.now.atMs], [T0 + 50_000, T0 + 120_000])
  })

  test('forgets a process that was replaced under the same name', () => {
    const history = createHistory()
    history.add([snapshot('a', T0, { requests: 100 })])
    history.add([snapshot('a', T0 + 5_000, { requests: 1, startedAtMs: T0 + 4_000 })])
    assert.equal(history.present(T0 + 5_000)[0]?.earlier, undefined)
  })

  test('omits a replica that has not responded for ten seconds', () => {
    const history = createHistory()
    history.add([snapshot('a', T0), snapshot('b', T0 + 9_000)])
    const names = (atMs: number) => history.present(atMs).map(({ now }) => now.replica)
    assert.deepEqual([names(T0 + 10_000), names(T0 + 10_001)], [['a', 'b'], ['b']])
  })

  test('keeps the newest 64 replicas', () => {
    const history = createHistory()
    for (let number = 0; number < 100; number += 1) history.add([snapshot(`r${number}`, T0)])
    const names = history.present(T0).map(({ now }) => now.replica)
    assert.deepEqual([names.length, names.includes('r99'), names.includes('r35')], [64, true, false])
  })
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
