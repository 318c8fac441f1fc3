import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VNode } from 'preact'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { DataTable, Field, FreeText, Money, Notice, Pager, PasswordField, When } from '../src/index.js'

const render = (node: VNode) => renderToStaticMarkup(node)

describe('Money', () => {
  const cases: [amountMinor: bigint | number, signed: boolean, text: string, incoming: boolean][] = [
    [123_456, false, '$1,234.56', false],
    [-5n, false, '−$0.05', false],
    [-123_456n, true, '−$1,234.56', false],
    [123_456n, true, '+$1,234.56', true],
    [0, true, '$0.00', false],
  ]
  for (const [amountMinor, signed, text, incoming] of cases) {
    it(`${amountMinor}${signed ? ', signed,' : ''} reads ${text}`, () => {
      const html = render(<Money amountMinor={amountMinor} currency="USD" signed={signed} />)
      assert.equal(html, `<data class="money${incoming ? ' money-in' : ''}" value="${amountMinor}">${text}</data>`)
    })
  }
})

describe('FreeText', () => {
  it('isolates the direction of the text', () => {
    assert.equal(render(<FreeText text={'Eve\u202e'} fallback="Customer" />), '<bdi>Eve\u202e</bdi>')
  })
  it('shows the fallback for invisible text', () => {
    assert.equal(render(<FreeText text={'\u3164'} fallback="Customer" />), '<bdi>Customer</bdi>')
  })
})

describe('When', () => {
  const at = new Date('2026-11-23T23:05:00Z')
  it('is a date in UTC', () => {
    assert.equal(render(<When at={at} />), '<time datetime="2026-11-23T23:05:00.000Z">23 Nov 2026</time>')
  })
  it('can include the time', () => assert.match(render(<When at={at} time />), />23 Nov 2026, 23:05 UTC</))
})

describe('Field', () => {
  const html = render(<Field label="Username" name="username" value='a"b' hint="Short." error="Taken." />)
  it('connects hint and error with the input and keeps the typed text', () => {
    assert.match(html, /<label for="username">Username<\/label>/)
    assert.match(html, /aria-invalid="true"/)
    assert.match(html, /aria-describedby="username-hint username-error"/)
    assert.match(html, /id="username-error">Taken\./)
    assert.match(html, /value="a&quot;b"/)
  })
  it('turns off capitalization and correction, except for free text', () => {
    assert.match(html, /autocapitalize="none" autocorrect="off" spellcheck="false"/)
    assert.match(render(<Field label="Name" name="name" autocapitalize="words" />), / autocapitalize="words"/)
    assert.doesNotMatch(render(<Field label="Name" name="name" autocapitalize="words" />), /autocapitalize="none"/)
  })
  it('never contains a password', () => {
    const password = render(<PasswordField label="Password" name="password" error="Wrong." />)
    assert.match(password, /type="password"/)
    assert.match(password, /autocomplete="current-password"/)
    assert.doesNotMatch(password, / value=/)
  })
})

describe('Notice', () => {
  for (const kind of ['info', 'success', 'warning', 'error'] as const) {
    const role = kind === 'error' ? 'alert' : 'status'
    it(`of kind ${kind} has the role ${role}`, () => {
      assert.ok(render(<Notice kind={kind}>Text</Notice>).includes(`role="${role}"`))
    })
  }
})

describe('DataTable', () => {
  const rows = [{ name: 'Ada', amount: 1 }]
  const name = { header: 'Name', rowHeader: true, cell: (row: (typeof rows)[number]) => row.name }
  it('has a caption and scopes', () => {
    const html = render(<DataTable caption="People" columns={[name]} rows={rows} emptyText="Nobody." />)
    assert.match(html, /<caption>People<\/caption>/)
    assert.match(html, /<th scope="col">Name<\/th>/)
    assert.match(html, /<th scope="row">Ada<\/th>/)
    assert.match(html, /tabindex="0" aria-label="People"/)
  })
  it('sets its roles when phones show two-line rows', () => {
    const html = render(<DataTable caption="P" columns={[{ ...name, phone: 'lead' }]} rows={rows} emptyText="" />)
    for (const role of ['table', 'row', 'columnheader', 'rowheader']) assert.ok(html.includes(`role="${role}"`), role)
  })
  it('shows the empty text without rows', () => {
    const html = render(<DataTable caption="People" columns={[name]} rows={[]} emptyText="Nobody." />)
    assert.equal(html, '<p class="empty">Nobody.</p>')
  })
})

describe('Pager', () => {
  it('shows only existing links', () => {
    assert.equal(render(<Pager label="Entries" />), '')
    const html = render(<Pager label="Entries" olderHref="?cursor=x" />)
    assert.match(html, /href="\?cursor=x">Older</)
    assert.doesNotMatch(html, /Newer/)
  })
})
