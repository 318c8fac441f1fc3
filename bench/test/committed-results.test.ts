import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chart, signOutChart } from '../src/chart.js'
import { filled } from '../src/document.js'
import type { Report } from '../src/report.js'

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const report: Report = JSON.parse(read('bench/results/latest.json'))

// `npm run bench` writes all four files. These tests fail when one was edited by hand or committed alone.
test('docs/performance.md shows the numbers of results/latest.json', () => {
  const spaced = (text: string) => text.replace(/[ -]+/g, ' ')
  const document = read('docs/performance.md')
  assert.equal(spaced(filled(document, report)), spaced(document))
})

test('docs/pictures/performance.svg shows the numbers of results/latest.json', () => {
  assert.equal(read('docs/pictures/performance.svg'), chart(report))
})

test('docs/pictures/sign-out.svg shows the numbers of results/latest.json', () => {
  assert.equal(read('docs/pictures/sign-out.svg'), signOutChart(report))
})
