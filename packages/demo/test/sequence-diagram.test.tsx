import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { PICTURE_WIDTH, SequenceDiagram, type SequenceMessage } from '../src/sequence-diagram.js'

const ask: SequenceMessage = {
  from: 'browser',
  to: 'retirement',
  kind: 'request',
  label: 'GET /',
  detail: 'signet_token',
}
const refuse: SequenceMessage = { from: 'retirement', to: 'retirement', kind: 'note', label: 'refused', tone: 'bad' }
const answer: SequenceMessage = { from: 'retirement', to: 'browser', kind: 'answer', label: '303', tone: 'bad' }

const draw = (...messages: SequenceMessage[]) =>
  renderToStaticMarkup(<SequenceDiagram title="What was sent" messages={messages} />)

/** Returns the texts of a class in the drawing, with their places. */
const textsOf = (html: string, within: RegExp) =>
  [...html.matchAll(within)].flatMap(([group]) =>
    [...group.matchAll(/<text.*? x="([\d.]+)" y="([\d.]+)">([^<]*)</g)].map(([, x, y, text = '']) => ({
      x: Number(x),
      y: Number(y),
      text,
    })),
  )
const LANES = /<g class="sequence-lane">.*?<\/g>/g
const MESSAGES = /<g class="sequence-message[^>]*>.*?<\/g>/g
const ascending = (numbers: readonly number[]) => [...new Set(numbers)].sort((one, other) => one - other)

describe('a sequence diagram', () => {
  it('has lines for participants with messages only, from left to right', () => {
    const lanes = textsOf(draw(ask, { ...ask, to: 'bank' }), LANES)
    assert.deepEqual(
      lanes.map(({ text }) => text),
      ['Browser', 'Bank', 'Retirement'],
    )
    const places = lanes.map(({ x }) => x)
    assert.deepEqual(places, ascending(places))
  })
  it('places messages below each other in order', () => {
    const heights = textsOf(draw(ask, refuse, answer), MESSAGES).map(({ y }) => y)
    assert.equal(heights.length, 4)
    assert.deepEqual(heights, ascending(heights))
  })
  it('keeps text inside the picture', () => {
    const detail = 'sets signet_session; clears signet_token, signet_refresh'
    const wide = [
      { ...ask, to: 'bank', detail },
      { ...refuse, label: 'signature valid, no server called' },
    ] as const
    const texts = textsOf(draw(ask, { ...ask, to: 'store' }, ...wide), MESSAGES)
    for (const text of [detail, wide[1].label]) assert.ok(texts.some((one) => one.text === text))
    for (const { x, text } of texts) {
      const half = (text.length * (text === detail ? 6 : 7)) / 2
      assert.ok(x - half >= 0 && x + half <= PICTURE_WIDTH, `${text} at ${x}`)
    }
  })
  it('has the same content as an ordered list, and hides the picture from screen readers', () => {
    const html = draw(ask, refuse, answer)
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
