import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Identity } from '@signet/auth/verifier'
import { assetUrl, Page, type PageFrame, renderDocument } from '@signet/ui'
import type { VNode } from 'preact'
import { demoAssets, demoAssetUrl } from '../src/assets.js'
import { SequenceDiagram } from '../src/sequence-diagram.js'
import { encodePart } from '../src/token-lab/change.js'
import { EXHIBITS } from '../src/token-lab/exhibits.js'
import { TokenPage } from '../src/token-lab/page.js'
import { TokenText } from '../src/token-lab/token-text.js'
import { VerdictText } from '../src/token-lab/verdict-text.js'
import { TourBar } from '../src/tour/tour.js'
import { UnderTheHood } from '../src/under-the-hood.js'

const hostile = `"><script>alert(1)</script>' onload='x`

/** The example of RFC 7515, appendix A.1. */
const SAMPLE_TOKEN = 'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r'

const AT = Date.UTC(2026, 10, 23, 14, 5)
const CLAIMS = {
  iss: 'http://bank.signet.localhost:3001',
  client_id: 'bank',
  aud: ['http://bank.signet.localhost:3001'],
  sub: 'u-1',
  id: 'u-1',
  username: 'ada',
  name: hostile,
  sid: 's-1',
  jti: 'j-1',
  iat: AT / 1000,
  exp: AT / 1000 + 252,
  auth_time: AT / 1000,
  amr: ['swk', 'user'],
  status: { status_list: { idx: 1, uri: 'http://bank.signet.localhost:3001/status-lists/1' } },
}
const IDENTITY: Identity = {
  strategy: 'jwt',
  id: CLAIMS.id,
  username: CLAIMS.username,
  name: hostile,
  sid: CLAIMS.sid,
  expiresAt: new Date(CLAIMS.exp * 1000).toISOString(),
  authTimeSeconds: CLAIMS.auth_time,
  amr: CLAIMS.amr,
  claims: CLAIMS,
}

const TOKEN = `${encodePart({ alg: 'EdDSA', kid: hostile })}.${encodePart({ ...CLAIMS, [hostile]: hostile })}.AA`
const REFUSED = { genuine: false, code: hostile, sentence: hostile, detail: hostile, instance: hostile }

/** A frame with the demo's page slots filled. */
const frame: PageFrame = {
  brand: 'bank',
  theme: 'auto',
  path: '/?a=1&b=2',
  person: { id: 'u-1', username: 'ada', name: hostile },
  nav: [{ label: 'Token', href: '/token' }],
  siblingUrl: 'http://sibling.signet.localhost:3002/',
  renewalUrl: 'http://bank.signet.localhost:3001/renewal',
  seenCookie: 'signet_seen',
  stylesheets: [assetUrl('signet.css'), demoAssetUrl('demo.css')],
  notice: <TourBar step={5} title={hostile} bankUrl="" />,
  panel: (
    <UnderTheHood
      brand="bank"
      statusListSeconds={0.6}
      request={{
        identity: IDENTITY,
        authError: null,
        authDurationMs: 0.41,
        authFetched: null,
        sessionLookup: null,
        receivedAtMs: AT,
      }}
    />
  ),
}

const PAGES: Readonly<Record<string, VNode>> = {
  tour: (
    <Page {...frame} title="Sign in with a shared session">
      <SequenceDiagram
        title="Requests and responses"
        messages={[
          { from: 'browser', to: 'bank', kind: 'request', label: 'GET /', detail: 'signet_shared_session' },
          { from: 'bank', to: 'store', kind: 'request', label: 'get session' },
          { from: 'store', to: 'bank', kind: 'answer', label: 'found, 1.2 ms', tone: 'good' },
          { from: 'bank', to: 'bank', kind: 'note', label: 'session found in the store', tone: 'good' },
          { from: 'bank', to: 'browser', kind: 'answer', label: '200' },
          { from: 'browser', to: 'retirement', kind: 'request', label: 'GET /', detail: hostile },
          { from: 'retirement', to: 'retirement', kind: 'note', label: 'refused: session_unknown', tone: 'bad' },
          { from: 'retirement', to: 'browser', kind: 'answer', label: '401', tone: 'bad' },
        ]}
      />
    </Page>
  ),
  token: (
    <Page {...frame} title="Your token">
      <TokenText token={`${SAMPLE_TOKEN}.${hostile}`} before={SAMPLE_TOKEN} label={hostile} />
      <VerdictText verdict={{ genuine: true, code: null, sentence: hostile }} />
      <VerdictText verdict={{ genuine: false, code: 'token_malformed', sentence: hostile, detail: hostile }} />
      <VerdictText verdict={undefined} />
    </Page>
  ),
  'token lab': (
    <TokenPage
      frame={frame}
      token={TOKEN}
      whoMaySignUrl={`/who-may-sign?${hostile}`}
      answers={{
        untouched: TOKEN,
        sent: `${TOKEN}.${hostile}`,
        control: { bank: { ...REFUSED, genuine: true, code: null }, retirement: REFUSED },
        changed: { bank: REFUSED, retirement: undefined },
        exhibit: EXHIBITS[0],
        libraries: [{ library: hostile, verdict: REFUSED }],
      }}
    />
  ),
}

/** Links from claims to the standards that define them. */
const STANDARDS = /<a href="https:\/\/(www\.rfc-editor\.org|openid\.net|datatracker\.ietf\.org)\//g

describe('every page of the demo', () => {
  for (const [name, page] of Object.entries(PAGES)) {
    const html = renderDocument(page)
    it(`${name}: escapes hostile text`, () => {
      assert.ok(!html.includes('<script>alert'))
      assert.ok(!html.includes(hostile))
    })
    it(`${name}: contains nothing that a strict Content-Security-Policy blocks`, () => {
      const tags = (html.match(/<[a-z][^<>]*>/gi) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
      assert.deepEqual(
        tags.filter((tag) => /\s(style|on\w+)=/i.test(tag) || /^<style/i.test(tag)),
        [],
      )
      const linked = name === 'token lab' ? html.replaceAll(STANDARDS, '') : html
      assert.doesNotMatch(linked, /(src|href)="(data|javascript|https?:\/\/(?!sibling\.signet\.localhost))/)
    })
    it(`${name}: stays small, and uses each id once`, () => {
      assert.ok(html.length < 30_000, `${html.length} characters`)
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
      assert.deepEqual(ids, [...new Set(ids)])
    })
  }
})

it('the demo’s assets load nothing from another host', () => {
  for (const name of readdirSync(demoAssets.folder)) {
    const text = readFileSync(`${demoAssets.folder}${name}`, 'utf8').replaceAll('http://www.w3.org/2000/svg', '')
    assert.doesNotMatch(text, /https?:|data:|@import/, name)
  }
})
