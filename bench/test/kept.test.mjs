import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { chart } from '../src/chart.mjs'
import { filled } from '../src/document.mjs'

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const report = JSON.parse(read('bench/results/latest.json'))

// `npm run bench` writes all three. What was changed by hand, or committed without the others, is seen here.
test('docs/performance.md shows the numbers of results/latest.json', () => {
  const spaced = (text) => text.replace(/[ -]+/g, ' ')
  const document = read('docs/performance.md')
  assert.equal(spaced(filled(document, report)), spaced(document))
})

test('docs/pictures/performance.svg shows the numbers of results/latest.json', () => {
  assert.equal(read('docs/pictures/performance.svg'), chart(report))
})
