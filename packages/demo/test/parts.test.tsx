import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { TokenText } from '../src/token-lab/token-text.js'
import { VerdictText } from '../src/token-lab/verdict-text.js'
import { UnderTheHood } from '../src/under-the-hood.js'

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
  const request = { identity: null, authError: null, authFetched: null, sessionLookup: null, receivedAtMs: 0 }
  const show = (authDurationMs: number, sessionLookup: { strategy: 'shared-session'; durationMs: number } | null) =>
    render(
      <UnderTheHood
        request={{ ...request, authDurationMs, sessionLookup }}
        brand="bank"
        statusListSeconds={undefined}
      />,
    )
  it('formats times as Server-Timing does, without trailing zeros', () => {
    assert.match(show(0.29, null), /<dd>0\.29 ms<\/dd>/)
    const lookedUp = show(1.5, { strategy: 'shared-session', durationMs: 1.2 })
    assert.match(lookedUp, /<dd>1\.5 ms, 1\.2 ms of it for the lookup in shared store<\/dd>/)
  })
})
