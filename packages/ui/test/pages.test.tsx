import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assetUrl, type Brand, ErrorPage, Page, renderDocument, type Theme } from '../src/index.js'
import { frame, samplePages } from './samples.js'

const brands: Brand[] = ['bank', 'retirement']
const hostile = `"><script>alert(1)</script>' onload='x`

describe('every page', () => {
  for (const [name, page] of Object.entries(samplePages('auto', hostile))) {
    const html = renderDocument(page)
    it(`${name}: escapes hostile text`, () => {
      assert.ok(!html.includes('<script>alert'))
      assert.ok(!html.includes(hostile))
    })
    it(`${name}: contains nothing that a strict Content-Security-Policy blocks`, () => {
      // Checks attributes inside tags only: escaped text may contain "style=".
      const tags = (html.match(/<[a-z][^<>]*>/gi) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
      assert.deepEqual(
        tags.filter((tag) => /\s(style|on\w+)=/i.test(tag) || /^<style/i.test(tag)),
        [],
      )
      assert.deepEqual(
        tags.filter((tag) => /^<script/i.test(tag) && !tag.includes('src=')),
        [],
      )
      assert.doesNotMatch(html, /(src|href)="(data|javascript|https?:\/\/(?!sibling\.signet\.localhost))/)
    })
    it(`${name}: is one document with one h1, its landmarks and a skip link`, () => {
      assert.ok(html.startsWith('<!doctype html><html lang="en"'))
      for (const tag of ['<h1', '<main', '<header', '<footer', '<title>']) {
        assert.equal(html.split(tag).length, 2 + (tag === '<title>' ? svgTitles(html) : 0), tag)
      }
      assert.match(html, /<a class="skip" href="#content">Skip to content<\/a>/)
      assert.match(html, /<main class="wrap" id="content"/)
    })
    it(`${name}: labels every field, and uses each id once`, () => {
      const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
      assert.deepEqual(ids, [...new Set(ids)])
      for (const [, type, id] of html.matchAll(/<(input|select|textarea)(?![^>]*type="hidden")[^>]* id="([^"]*)"/g)) {
        assert.ok(html.includes(`for="${id}"`), `${type} ${id}`)
      }
    })
    it(`${name}: stays small`, () => assert.ok(html.length < 30_000, `${html.length} characters`))
  }
})

describe('the frame', () => {
  for (const brand of brands) {
    const html = renderDocument(<Page {...frame(brand, 'auto', 'Ada Lovelace')} title="Accounts" />)
    const full = brand === 'bank' ? 'Signet Bank' : 'Signet Retirement'
    it(`${brand}: has its lead, or the app’s description, as meta description`, () => {
      assert.match(html, /<meta name="description" content="Your [^"]+ at Signet [^"]+\."\/>/)
      const lead = renderDocument(<Page {...frame(brand, 'auto', 'Ada')} title="Accounts" lead="All of them." />)
      assert.ok(lead.includes('<meta name="description" content="All of them."/>'))
    })
    it(`${brand}: names the page and the brand`, () => {
      assert.ok(html.includes(`<title>Accounts · ${full}</title>`))
      assert.ok(html.includes(`data-brand="${brand}"`))
      assert.ok(html.includes(`href="${assetUrl(`icon-${brand}.svg`)}"`))
    })
    it(`${brand}: shows the user, the other app and the sign-out button`, () => {
      assert.match(html, />Ada Lovelace</)
      assert.ok(html.includes(brand === 'bank' ? '>Retirement</a>' : '>Bank</a>'))
      const holds = brand === 'bank' ? 'your plan' : 'your accounts'
      assert.ok(html.includes(`aria-describedby="sibling-holds"`) && html.includes(`id="sibling-holds">${holds}<`))
      assert.match(html, /<form method="post" action="\/sign-out"><button[^>]*>Sign out<\/button>/)
    })
  }
  it('has no sign-out button when no user is signed in', () => {
    const html = renderDocument(<Page {...frame('bank', 'auto', '')} person={undefined} title="Sign in" />)
    assert.ok(!html.includes('Sign out'))
  })
  for (const [theme, scheme] of Object.entries({ auto: 'light dark', light: 'light', dark: 'dark' })) {
    it(`sets the ${theme} theme and says so in the switch`, () => {
      const html = renderDocument(<Page {...frame('bank', theme as Theme, 'Ada')} title="Accounts" />)
      assert.ok(html.includes(`data-theme="${theme}"`))
      assert.ok(html.includes(`<meta name="color-scheme" content="${scheme}"`))
      const pressed = [...html.matchAll(/value="(\w+)" aria-pressed="true"/g)].map(([, value]) => value)
      assert.deepEqual(pressed, [theme])
      assert.ok(html.includes('name="return_to" value="/?a=1&amp;b=2"'))
    })
  }
  it('shows status, sentence and reference of an error', () => {
    const props = { ...frame('bank', 'auto', 'Ada'), status: 404, title: 'Not found', sentence: 'No such page.' }
    const html = renderDocument(<ErrorPage {...props} requestId="req-1" />)
    for (const text of ['Error 404', 'Not found', 'No such page.', 'req-1']) assert.ok(html.includes(text), text)
  })
})

/** Images have titles too. */
function svgTitles(html: string): number {
  return [...html.matchAll(/<svg[^>]*><title>/g)].length
}
