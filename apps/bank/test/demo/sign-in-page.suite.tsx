import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderDocument } from '@signet/ui'
import { DemoSignIns } from '../../src/demo/demo.js'
import { sharedBank } from '../support.js'

describe('the demo users on the sign-in page', () => {
  test('are escaped', () => {
    const hostile = `"><script>alert(1)</script>' onload='x`
    const html = renderDocument(<DemoSignIns people={[{ name: hostile, username: hostile, password: hostile }]} />)
    assert.equal(html.split('alert(1)').length, 1 + 3)
    assert.ok(!html.includes('<script>alert'))
    assert.ok(!html.includes(hostile))
  })

  test('leave the page small, with each id once, and without what its Content-Security-Policy blocks', async () => {
    const { body } = await (await sharedBank()).app.inject('/sign-in')
    assert.ok(body.includes('Demo users'))
    const tags = (body.match(/<[a-z][^<>]*>/gi) ?? []).map((tag) => tag.replaceAll(/"[^"]*"/g, '""'))
    assert.deepEqual(
      tags.filter((tag) => /\s(style|on\w+)=/i.test(tag) || /^<style/i.test(tag)),
      [],
    )
    assert.doesNotMatch(body, /(src|href)="(data|javascript|https?:\/\/(?!retirement\.signet\.localhost))/)
    assert.ok(body.length < 30_000, `${body.length} characters`)
    const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    assert.deepEqual(ids, [...new Set(ids)])
  })
})
