// The README's first picture moves: it is short, small, and still for readers who prefer that.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { capturesOf, read, root } from './documents.js'

const MAX_BYTES = 1_000_000
const MAX_MS = 15_000

const [picture = ''] = capturesOf(read('README.md'), /(<picture>[\s\S]*?<\/picture>)/g)
const sources = capturesOf(picture, /media="([^"]+)"/g).map((media, index) => ({
  media,
  file: capturesOf(picture, /srcset="([^"]+)"/g)[index] ?? '',
}))
const moving = [
  ...capturesOf(picture, /src="([^"]+)"/g),
  ...sources.flatMap(({ media, file }) => (media.includes('motion') ? [] : [file])),
]

test('the first picture of the README moves in both themes, for at most 15 s and 1 MB', async () => {
  assert.equal(moving.length, 2)
  for (const file of moving) {
    const { pages = 1, delay = [] } = await sharp(join(root, file), { animated: true }).metadata()
    assert.ok(pages > 5, `${file} has ${pages} frames`)
    assert.ok(delay.reduce((sum, ms) => sum + ms, 0) <= MAX_MS, file)
    assert.ok(statSync(join(root, file)).size <= MAX_BYTES, file)
  }
})

test('readers who prefer reduced motion get a still picture, which the browser finds first', async () => {
  assert.deepEqual(
    sources.map(({ media }) => media.includes('prefers-reduced-motion: reduce')),
    [true, true, false],
  )
  for (const { file } of sources.slice(0, 2)) {
    const { pages = 1 } = await sharp(join(root, file), { animated: true }).metadata()
    assert.equal(pages, 1, file)
  }
})
