// Checks the names of both services' metrics: https://prometheus.io/docs/practices/naming/ and the rules of
// `promtool check metrics`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildUnconnected } from './unconnected-services.js'

/** Units that are not base units, and base units before the end of a name. */
const OTHER_UNITS =
  /_(ms|milliseconds?|micros(econds)?|nanos(econds)?|minutes?|hours?|days?|kb|mb|kilobytes|megabytes|percent|pct)(_|$)/
const UNIT_INSIDE = /_(seconds|bytes|ratio)_(?!total$)/
const RESERVED_LABELS = ['le', 'quantile', 'job', 'instance', 'service']

interface Metric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly Value[]
}

interface Value {
  readonly value: number
  readonly labels?: Readonly<Partial<Record<string, string | number>>>
}

function problemsOf({ name, help, type, values }: Metric): string[] {
  const counter = type === 'counter'
  // Default metrics of prom-client, whose names common dashboards use.
  const ofNode = /^(nodejs|process)_/.test(name)
  const info = name.endsWith('_info')
  const labels = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))]
  return [
    !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name) && 'is not several words in snake_case',
    counter !== name.endsWith('_total') && 'a counter, and nothing else, ends with _total',
    OTHER_UNITS.test(name) && 'is not in a base unit',
    UNIT_INSIDE.test(name) && 'has its unit before the end',
    /_(counter|gauge|histogram|summary|count|sum|bucket)$/.test(name) && 'ends with its type or a part of it',
    /_(counter|gauge|histogram|summary)_/.test(name) && 'has its type in its name',
    type === 'histogram' && !/_(seconds|bytes)$/.test(name) && 'is a histogram of no unit',
    info && (type !== 'gauge' || values.some(({ value }) => value !== 1)) && 'is an info that is not a gauge of 1',
    !/^\w[^\n]{10,200}$/.test(help) && 'has no help of one line',
    ...labels.flatMap((label) => [
      !/^[a-z][a-z0-9_]*$/.test(label) && `has a label ${label} that is not in snake_case`,
      type !== 'histogram' &&
        RESERVED_LABELS.includes(label) &&
        `has a label ${label} that Prometheus or the registry sets`,
      !ofNode && name.split('_').includes(label) && `repeats its label ${label} in its name`,
    ]),
  ].filter((problem) => typeof problem === 'string')
}

test('the check finds each kind of bad name', () => {
  const of = (name: string, type: string, changes: Partial<Metric> = {}) =>
    problemsOf({ name, type, help: 'Something that is counted', values: [], ...changes })
  assert.deepEqual(of('sign_ins_total', 'counter'), [])
  const bad: readonly [string, string, Partial<Metric>?][] = [
    ['sign_ins', 'counter'],
    ['waiting_total', 'gauge'],
    ['latency_ms', 'gauge'],
    ['latency_seconds_max', 'gauge'],
    ['latency', 'histogram'],
    ['signIns_total', 'counter'],
    ['sign_ins_count', 'gauge'],
    ['some_info', 'gauge', { values: [{ value: 2 }] }],
    ['sign_ins_total', 'counter', { help: '' }],
    ['sign_ins_total', 'counter', { values: [{ value: 1, labels: { Outcome: 'x' } }] }],
    ['sign_ins_total', 'counter', { values: [{ value: 1, labels: { instance: 'x' } }] }],
    ['sign_ins_by_code_total', 'counter', { values: [{ value: 1, labels: { code: 'x' } }] }],
  ]
  for (const [name, type, changes] of bad) assert.equal(of(name, type, changes).length > 0, true, name)
})

for (const [name, environment] of [
  ['bank', {}],
  ['retirement', { JWT_JWKS_URL: 'http://127.0.0.1:9/.well-known/jwks.json' }],
] as const) {
  test(`the metrics of ${name} follow the naming rules`, async () => {
    const { app, close } = await buildUnconnected(name, environment)
    await app.inject('/api/me')
    const metrics = await app.metrics.getMetricsAsJSON()
    await close()
    assert.ok(metrics.length > 30, `${metrics.length} metrics`)
    const problems = metrics.flatMap((metric) =>
      problemsOf({
        name: metric.name,
        help: metric.help,
        type: String(metric.type),
        values: metric.values.map((value) => ({ ...value, labels: withoutService(value.labels) })),
      }).map((problem) => `${metric.name} ${problem}`),
    )
    assert.deepEqual(problems, [])
  })
}

/** Removes the label that the registry adds to every metric. */
function withoutService({ service, ...labels }: Readonly<Partial<Record<string, string | number>>> = {}) {
  assert.ok(service)
  return labels
}
