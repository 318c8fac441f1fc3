import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { assetUrl, uiAssets } from '../src/index.js'

const { folder: assetsFolder } = uiAssets

describe('assets', () => {
  it('have URLs that change with their content', () => {
    const hash = createHash('sha256')
      .update(readFileSync(`${assetsFolder}signet.css`))
      .digest('hex')
    assert.equal(assetUrl('signet.css'), `/assets/signet.css?v=${hash.slice(0, 10)}`)
  })
  it('refuse an unknown name', () => assert.throws(() => assetUrl('../package.json'), TypeError))
  it('load nothing from another host', () => {
    for (const name of readdirSync(assetsFolder)) {
      const text = readFileSync(`${assetsFolder}${name}`, 'utf8').replaceAll('http://www.w3.org/2000/svg', '')
      assert.doesNotMatch(text, /https?:|data:|@import/, name)
    }
  })
  it('stay small', () => assert.ok(readFileSync(`${assetsFolder}signet.css`).length <= 24_576))
})
