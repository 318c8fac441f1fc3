import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bars, chart } from '../src/chart.js'
import { compareRuns } from '../src/compare-runs.js'
import { filled, measuredOn } from '../src/document.js'
import { referenced } from '../src/growth/bytes.js'
import { isMet, sections } from '../src/sections.js'
import { table } from '../src/table.js'
import { sampleReport } from './report.js'

test('a table is Markdown with right-aligned numbers', () => {
  const rows = [
    ['who', 'share'],
    ['one', '1.00'],
    ['another', '0.5'],
  ]
  assert.equal(table(rows), '| who     | share |\n| ------- | ----: |\n| one     |  1.00 |\n| another |   0.5 |')
})

test('a goal includes its limit', () => {
  assert.ok(isMet({ atLeast: 0.8, value: 0.8 }) && isMet({ atMost: 5, value: 5 }))
  assert.ok(!isMet({ atLeast: 0.8, value: 0.79 }) && !isMet({ atMost: 5, value: 5.01 }))
  assert.ok(!isMet({ atLeast: 0.8, value: Number.NaN }))
})

test('goals use shares and ratios of the report, and ignore searches', () => {
  const byKey = Object.fromEntries(sampleReport().goals.map(({ key, value }) => [key, value]))
  assert.equal(byKey.seen, 1)
  assert.equal(byKey.fastifyJwt, 4)
  assert.equal(byKey.stormMe, 1.25)
  assert.equal(byKey.stormAtARatePageP99, 2)
  assert.equal(byKey.entries, 3)
  assert.equal(byKey.memory, 40)
})

test('two runs are compared by ratio, without the rows that one of them lacks', () => {
  const goal = (key: string, value: number) => ({ key, label: key, value })
  assert.deepEqual(
    compareRuns([goal('a', 0.9), goal('b', 3), goal('new', 1)], [goal('a', 0.6), goal('b', 4)]).slice(1),
    [
      ['a', '0.90', '0.60', '+50 %'],
      ['b', '3.00', '4.00', '−25 %'],
    ],
  )
})

test('every table is written at its mark, and the text around stays', () => {
  const report = sampleReport()
  const shown = sections(report).filter(({ printedOnly }) => !printedOnly)
  const marks = ['machine', ...shown.map(({ id }) => id)]
  const empty = marks.map((id) => `About ${id}.\n\n<!-- bench:${id} -->\n<!-- /bench -->\n`).join('\n')
  const once = filled(empty, report)
  for (const id of marks) assert.ok(once.includes(`About ${id}.`))
  assert.match(once, /\| +≥ 1\.1 \| +4\.00 \| +yes \|/)
  assert.match(once, /2026-01-02/)
  assert.equal(filled(once, report), once, 'filling again changes nothing')
  assert.throws(() => filled(empty.replace('bench:me', 'bench:you'), report), /no table you/)
  assert.throws(() => filled('', report), /no mark for/)
  assert.ok(shown.length < sections(report).length)
  assert.throws(() => filled(`${empty}<!-- bench:start -->\n<!-- /bench -->\n`, report), /no table start/)
})

test('the picture shows results, machine and date, and escapes labels', () => {
  const report = sampleReport()
  const svg = chart(report)
  assert.ok(!svg.includes('<seen>') && svg.includes('&#60;seen&#62;'))
  assert.ok(svg.includes('Some &#60;Processor&#62;, 2 cores, 8 GiB; Node.js 20.19.0, Fastify 5.0.0; 2026-01-02'))
  assert.equal(measuredOn(report).split(';').length, 3)
  const widths = [
    ...bars('t', 'c', [
      { label: 'a', share: 1 },
      { label: 'b', share: 0.5 },
    ]).matchAll(/<rect x="330"[^>]* width="([\d.]+)"/g),
  ]
  assert.equal(Number(widths[0]?.[1]), 2 * Number(widths[1]?.[1]))
})

test('a page references style sheets, scripts, pictures and imports of its own host', () => {
  const page = `<link rel="stylesheet" href="/assets/a.css?v=1"><script type="module" src="/assets/b.js"></script>
    <a href="/elsewhere">no</a><img alt="" src="/chart.svg?x=1&amp;y=2"><script src="http://other.example/c.js"></script>`
  assert.deepEqual(referenced(page, 'http://bank.example/page'), [
    '/assets/a.css?v=1',
    '/assets/b.js',
    '/chart.svg?x=1&y=2',
  ])
  assert.deepEqual(referenced("import { x } from './d.js'", 'http://bank.example/assets/b.js'), ['/assets/d.js'])
})
