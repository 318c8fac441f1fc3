import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { plotScales } from '../src/chart/scales.js'
import { GrowthChart, type GrowthPoint, GrowthTable, SmallLine } from '../src/index.js'
import { samplePoints } from './samples.js'

function chart(points: GrowthPoint[]): string {
  return renderToStaticMarkup(<GrowthChart title="Growth <b>" description="It grew." points={points} currency="USD" />)
}

/** The path data of one line: its commands, and whether each of its numbers is finite. */
function lineOf(html: string, series: string): string {
  // The key contains a sample of the line; the plot's path comes last.
  return [...html.matchAll(new RegExp(`class="chart-line chart-${series}" d="([^"]*)"`, 'g'))].at(-1)?.[1] ?? ''
}

describe('GrowthChart', () => {
  const [first] = samplePoints(1)
  const same = samplePoints(3).map((point) => ({ ...point, balance: 0, contributed: 0 }))
  const inputs: [title: string, points: GrowthPoint[]][] = [
    ['one point', samplePoints(1)],
    ['two points', samplePoints(2)],
    ['thirty years of months', samplePoints(360)],
    ['nothing but zeros', same],
    ['a loss below zero', samplePoints(3).map((point) => ({ ...point, balance: -100 }))],
    ['two points of the same moment', first === undefined ? [] : [first, first]],
  ]
  for (const [title, points] of inputs) {
    it(`draws ${title}: each point once, in finite numbers`, () => {
      const html = chart(points)
      for (const series of ['balance', 'contributed']) {
        const path = lineOf(html, series)
        assert.equal(path.match(/[ML]/g)?.length, points.length)
        assert.match(path, /^[MLZ\d.,-]+$/)
      }
      assert.doesNotMatch(html, /NaN|Infinity|undefined/)
    })
  }
  it('says so when there is no data', () => {
    assert.equal(chart([]), '<p class="empty">There is no data yet.</p>')
  })
  it('is one image with a name and a description', () => {
    const html = chart(samplePoints(12))
    assert.match(html, /role="img" aria-labelledby="growth-title growth-description"/)
    assert.match(html, /<title id="growth-title">Growth &lt;b(>|&gt;)<\/title>/)
    assert.match(html, /<desc id="growth-description">It grew\.<\/desc>/)
  })
})

describe('SmallLine', () => {
  const draw = (values: number[], from?: number) =>
    renderToStaticMarkup(
      <SmallLine label="It grew." points={values.map((value, day) => ({ at: new Date(day), value }))} from={from} />,
    )
  const path = (html: string) => / d="([^"]*)"/.exec(html)?.[1]
  it('fills its height, first value left and last value right', () => {
    assert.equal(path(draw([5, 10, 0])), 'M0,500L500,0L1000,1000')
    assert.match(draw([5, 10, 0]), /role="img" aria-label="It grew\."/)
  })
  it('can start at a lower value', () => assert.equal(path(draw([5, 10], 0)), 'M0,500L1000,0'))
  it('draws equal values in the middle', () => assert.equal(path(draw([7, 7])), 'M0,500L1000,500'))
  it('draws zeros at the bottom that is zero', () => assert.equal(path(draw([0, 0], 0)), 'M0,1000L1000,1000'))
  it('draws nothing for fewer than two points', () => assert.deepEqual([draw([]), draw([1])], ['', '']))
})

describe('plotScales', () => {
  it('has a few distinct ticks inside the plot', () => {
    for (const months of [1, 2, 12, 70, 360]) {
      const moments = samplePoints(months).map(({ at }) => at)
      const { xTicks, yTicks } = plotScales(moments, [0, 123_456_789], 'USD')
      for (const ticks of [xTicks, yTicks]) {
        assert.ok(ticks.length <= 8, `${ticks.length} ticks for ${months} months`)
        assert.equal(new Set(ticks.map(({ label }) => label)).size, ticks.length)
        assert.ok(ticks.every(({ percent }) => percent >= 0 && percent <= 100))
      }
    }
  })
  it('uses the minor units of the currency', () => {
    assert.deepEqual(plotScales([], [0, 4_000_000], 'USD').yTicks.at(-1)?.label, '$40K')
    assert.deepEqual(plotScales([], [0, 40_000], 'JPY').yTicks.at(-1)?.label, '¥40K')
  })
})

describe('GrowthTable', () => {
  it('has the last point of each year', () => {
    const html = renderToStaticMarkup(<GrowthTable points={samplePoints(14)} currency="USD" />)
    assert.equal(html.match(/scope="row"/g)?.length, 2)
    assert.match(html, /scope="row">2021/)
    assert.match(html, /scope="row">2022/)
  })
})
