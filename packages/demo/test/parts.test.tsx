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
    ['nothing in an equal token', 'aa.bb.cc', 'aa.bb.cc', []],
    ['the part that differs', 'aa.bXb.cc', 'aa.bYb.cc', ['X']],
    ['an insertion', 'aa.bbb.cc', 'aa.bb.cc', ['b']],
    ['the position of a deletion', 'aa.bb.', 'aa.bb.cc', ['∅']],
    ['an additional part', 'aa.bb.cc.dd', 'aa.bb.cc', ['dd']],
  ] as const) {
    it(`marks ${what}`, () => assert.deepEqual(marks(token, before), expected))
  }
})

describe('VerdictText', () => {
  it('shows the result as text, with the code of a refusal', () => {
    const refused = render(<VerdictText verdict={{ genuine: false, code: 'token_expired', sentence: 'Over.' }} />)
    for (const text of ['Refused', '<code>token_expired</code>', 'Over.']) assert.ok(refused.includes(text), text)
    const genuine = render(<VerdictText verdict={{ genuine: true, code: null, sentence: 'Good.' }} />)
    assert.match(genuine, /Accepted/)
    assert.doesNotMatch(genuine, /<code>|Log entry/)
    assert.match(render(<VerdictText verdict={undefined} />), /No response/)
  })
})

describe('UnderTheHood', () => {
  const request = { service: 'Signet Bank', instance: 'bank-1', method: 'a session', lookups: 'one' }
  it('formats times as Server-Timing does, without trailing zeros', () => {
    assert.match(render(<UnderTheHood {...request} authMs={0.29} />), /<dd>0\.29 ms<\/dd>/)
    const lookedUp = render(<UnderTheHood {...request} authMs={1.5} lookup={{ where: 'shared store', ms: 1.2 }} />)
    assert.match(lookedUp, /<dd>1\.5 ms, 1\.2 ms of it for the lookup in shared store<\/dd>/)
  })
})
