import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Counter, Histogram, Registry } from 'prom-client'
import { parseMetrics } from '../../../src/demo/operations/metrics.js'

test('parses the output of prom-client, for any label value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.double({ noNaN: true, min: 0 }), async (label, value) => {
      const registry = new Registry()
      registry.setDefaultLabels({ service: 'test' })
      new Counter({ name: 'a_total', help: 'A\nhelp', labelNames: ['of'], registers: [registry] }).inc(
        { of: label },
        value,
      )
      new Histogram({ name: 'b_seconds', help: 'b', buckets: [1], registers: [registry] }).observe(2)
      const samples = parseMetrics(await registry.metrics())
      assert.deepEqual(samples.get('a_total'), [{ labels: { of: label, service: 'test' }, value }])
      assert.deepEqual(
        samples.get('b_seconds_bucket')?.map(({ labels, value }) => [labels.le, value]),
        [
          ['1', 0],
          ['+Inf', 1],
        ],
      )
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('parses every number format', () => {
  const text =
    '# HELP a b\n# TYPE a gauge\n\na 1\na{b="c"} -2.5e-3\na NaN\na Nan\na +Inf\na -Inf\na 1e+06 1700000000000\n'
  assert.deepEqual(
    parseMetrics(text)
      .get('a')
      ?.map(({ value }) => value),
    [1, -0.0025, Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1_000_000],
  )
})

const REFUSED: ReadonlyArray<readonly [text: string, why: string]> = [
  ['<!doctype html>', 'a page'],
  ['{"status":"ok"}', 'JSON'],
  ['a', 'no value'],
  ['a one', 'a word as value'],
  ['a 0x10', 'a hexadecimal number'],
  ['a 1 2 3', 'more than a value and a time'],
  ['1a 1', 'a name that begins with a digit'],
  ['a{b="c} 1', 'an unclosed quote'],
  ['a{b="c"', 'an unclosed brace'],
  ['a{b=c} 1', 'no quotes'],
  ['a{b="c" d="e"} 1', 'no comma'],
  ['a{b="c",b="d"} 1', 'a label twice'],
  ['a{b="c"d="e"} 1', 'labels that touch'],
  ['a{b="\\x"} 1', 'an unknown escape'],
]
for (const [text, why] of REFUSED) {
  test(`refuses a response with ${why}`, () => {
    assert.throws(() => parseMetrics(`good 1\n${text}\n`), { name: 'SyntaxError', message: 'line 2 is not a sample' })
  })
}

test('refuses a response with more than 50,000 samples', () => {
  const samples = (count: number) => 'a 1\n'.repeat(count)
  assert.equal(parseMetrics(samples(50_000)).get('a')?.length, 50_000)
  assert.throws(() => parseMetrics(samples(50_001)), { name: 'SyntaxError', message: 'more than 50000 samples' })
})

test('accepts labels named like members of Object.prototype', () => {
  const [sample] = parseMetrics('a{__proto__="x",constructor="y"} 1').get('a') ?? []
  assert.deepEqual(Object.entries(sample?.labels ?? {}), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
})
