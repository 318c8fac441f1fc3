import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { SequenceDiagram } from '../../src/sequence/diagram.js'
import { PICTURE_WIDTH, type SequenceMessage, sequencePicture } from '../../src/sequence/layout.js'

const ask: SequenceMessage = {
  from: 'browser',
  to: 'retirement',
  kind: 'request',
  label: 'GET /',
  detail: 'signet_token',
}
const refuse: SequenceMessage = { from: 'retirement', to: 'retirement', kind: 'note', label: 'refused', tone: 'bad' }
const answer: SequenceMessage = { from: 'retirement', to: 'browser', kind: 'answer', label: '303', tone: 'bad' }

describe('a sequence diagram', () => {
  it('has lines for participants with messages only, from left to right', () => {
    const { lanes } = sequencePicture([ask, { ...ask, to: 'bank' }])
    assert.deepEqual(
      lanes.map(({ lifeline }) => lifeline),
      ['browser', 'bank', 'retirement'],
    )
    const places = lanes.map(({ x }) => x)
    assert.deepEqual(
      places,
      [...places].sort((one, other) => one - other),
    )
  })
  it('places messages below each other in order', () => {
    const heights = sequencePicture([ask, refuse, answer]).messages.map(({ y }) => y)
    assert.deepEqual(
      heights,
      [...new Set(heights)].sort((one, other) => one - other),
    )
  })
  it('keeps text inside the picture', () => {
    const detail = 'sets signet_session; clears signet_token, signet_refresh'
    for (const message of [
      { ...ask, to: 'bank', detail },
      { ...refuse, label: 'signature valid, no server called' },
    ] as const) {
      const [placed] = sequencePicture([ask, { ...ask, to: 'store' }, message]).messages.slice(2)
      const half = Math.max((placed?.detail ?? '').length * 6, (placed?.label ?? '').length * 7) / 2
      assert.ok(placed && placed.textX - half >= 0 && placed.textX + half <= PICTURE_WIDTH, JSON.stringify(placed))
    }
  })
  it('has the same content as an ordered list, and hides the picture from screen readers', () => {
    const html = renderToStaticMarkup(<SequenceDiagram title="What was sent" messages={[ask, refuse, answer]} />)
    assert.match(html, /<svg[^>]*aria-hidden="true"/)
    const list = html.slice(html.indexOf('<ol'))
    assert.match(list, /aria-label="What was sent"/)
    const said = [...list.matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, item = '']) => item.replaceAll(/<[^>]*>/g, ''))
    assert.deepEqual(said, [
      'Browser to Retirement: GET / signet_token',
      'Retirement: refused',
      'Retirement responds to Browser: 303',
    ])
  })
})
