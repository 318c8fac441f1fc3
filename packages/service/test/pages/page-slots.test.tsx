import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { readAssets } from '@signet/ui'
import type { App } from '../../src/index.js'
import { createTestService, issueToken } from '../support.js'

let app: App
const folder = mkdtempSync(join(tmpdir(), 'signet-assets-'))
before(async () => {
  app = await createTestService()
})
after(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

const page = async () => {
  const cookie = `signet_token=${issueToken()}`
  return (await app.inject({ url: '/', headers: { cookie } })).body
}

test('a page shows the contents of its slots in their places', async () => {
  const empty = await page()
  assert.match(empty, /<nav[^>]*aria-label="Main"><ul><li><a href="\/">Plan<\/a><\/li><\/ul><\/nav><\/header><main/)
  assert.match(empty, /<ul class="foot-links"><li><a href="\/docs">/)
  assert.match(empty, /<\/main><footer class="foot"><div class="wrap">/)

  const { navigation, footerLinks, stylesheets, notices, panels } = app.pageSlots
  navigation.push({ key: 'more', label: 'More', href: '/more' })
  footerLinks.push({ label: 'Elsewhere', href: '/elsewhere' })
  stylesheets.push('/assets/more.css')
  notices.push(
    () => undefined,
    (request) => <p>Hello, {request.identity?.name}</p>,
  )
  panels.push(() => <p>Details</p>)

  const filled = await page()
  assert.match(
    filled,
    /<link rel="stylesheet" href="\/assets\/signet\.css[^>]*><link rel="stylesheet" href="\/assets\/more\.css"\/>/,
  )
  assert.match(filled, /<a href="\/">Plan<\/a><\/li><li><a href="\/more">More<\/a><\/li>/)
  assert.match(filled, /<\/header><p>Hello, Ada Lovelace<\/p><main/)
  assert.match(filled, /<footer class="foot"><p>Details<\/p><div class="wrap">/)
  assert.match(filled, /<li><a href="\/elsewhere">Elsewhere<\/a><\/li><li><a href="\/docs">/)
})

test('the files of an added folder are served with those of the product', async () => {
  writeFileSync(join(folder, 'more.css'), 'p { color: red }')
  assert.equal((await app.inject('/assets/more.css')).statusCode, 404)
  const more = readAssets(pathToFileURL(`${folder}/`))
  app.assetFolders.push(more)

  const versioned = await app.inject(more.urlOf('more.css'))
  assert.equal(versioned.body, 'p { color: red }')
  assert.match(String(versioned.headers['content-type']), /^text\/css/)
  assert.equal(versioned.headers['cache-control'], 'public, max-age=31536000, immutable')
  assert.equal((await app.inject('/assets/more.css')).headers['cache-control'], 'no-cache')
  assert.equal((await app.inject('/assets/signet.css')).statusCode, 200)

  writeFileSync(join(folder, 'later.css'), '')
  assert.equal((await app.inject('/assets/later.css')).statusCode, 404, 'was not there at start')
})
