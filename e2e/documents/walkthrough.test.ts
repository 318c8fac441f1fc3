// docs/walkthrough.html shows the whole tour, as its pages are now, and needs no other file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOUR_STEPS } from '@signet/demo'
import { walkthroughSourcesHash } from '../support/walkthrough-sources.js'
import { capturesOf, read, root } from './documents.js'

const html = read('docs/walkthrough.html')

test('the walkthrough is as new as the pages that it shows', () => {
  const [recorded] = capturesOf(html, /<meta name="sources" content="([0-9a-f]{64})">/g)
  assert.equal(recorded, walkthroughSourcesHash(root), 'Pages have changed. Record them with: npm run pictures')
})

test('the walkthrough has each step with its page, its drawing and its requests', () => {
  assert.deepEqual(capturesOf(html, /<h2 id="step-\d+">\d+\. ([^<]+)<\/h2>/g), [...TOUR_STEPS])
  const steps = html.split('<section ').slice(1)
  for (const step of steps) {
    assert.match(step, /<img src="data:image\/webp;base64,[\w+/]{10000}/)
    assert.match(step, /<p>[^<]*“[^<]+”\.[^<]+<\/p>/, 'the answer to the question')
    assert.match(step, /<svg class="sequence-picture"/)
    assert.match(step, /<ol class="sequence-list" [^>]*><li/)
  }
})

test('the walkthrough is one file of at most 3 MB, without scripts and without a request', () => {
  assert.ok(Buffer.byteLength(html) <= 3_000_000)
  assert.doesNotMatch(html, /<script|<link|url\(|@import|(?:src|href)="(?!data:|#)/)
})
