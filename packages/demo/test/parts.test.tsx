import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { TokenText } from '../src/token-lab/token-text.js'
import { VerdictText } from '../src/token-lab/verdict-text.js'
import { UnderTheHood } from '../src/under-the-hood/panel.js'

const render = (node: VNode) => renderToStaticMarkup(node)

describe('TokenText', () => {
  const marks = (token: string, before: string) =>
    [...render(<TokenText token={token} before={before} label="" />).matchAll(/<mark>([^<]*)<\/mark>/g)].map(
      ([, text]) => text,
    )
  for (const [what, token, before, expected] of [
    ['nothing of what is the same', 'aa.bb.cc', 'aa.bb.cc', []],
    ['the stretch that differs', 'aa.bXb.cc', 'aa.bYb.cc', ['X']],
    ['what was put in', 'aa.bbb.cc', 'aa.bb.cc', ['b']],
    ['the place of what was taken out', 'aa.bb.', 'aa.bb.cc', ['∅']],
    ['parts that were not there', 'aa.bb.cc.dd', 'aa.bb.cc', ['dd']],
  ] as const) {
    it(`marks ${what}`, () => assert.deepEqual(marks(token, before), expected))
  }
})

describe('VerdictText', () => {
  it('says it in words, with the code of a refusal', () => {
    const refused = render(<VerdictText verdict={{ genuine: false, code: 'token_expired', sentence: 'Over.' }} />)
    for (const text of ['Refused', '<code>token_expired</code>', 'Over.']) assert.ok(refused.includes(text), text)
    const genuine = render(<VerdictText verdict={{ genuine: true, code: null, sentence: 'Good.' }} />)
    assert.match(genuine, /Taken for genuine/)
    assert.doesNotMatch(genuine, /<code>|log/)
    assert.match(render(<VerdictText verdict={undefined} />), /No answer/)
  })
})

describe('UnderTheHood', () => {
  const request = { service: 'Signet Bank', instance: 'bank-1', remembered: 'a session', asked: 'the store' }
  it('writes durations as Server-Timing does, without zeros at the end', () => {
    assert.match(render(<UnderTheHood {...request} authMs={0.29} />), /<dd>0\.29 ms<\/dd>/)
    const lookedUp = render(<UnderTheHood {...request} authMs={1.5} lookup={{ where: 'shared store', ms: 1.2 }} />)
    assert.match(lookedUp, /<dd>1\.5 ms, 1\.2 ms of it the lookup in shared store<\/dd>/)
  })
})
