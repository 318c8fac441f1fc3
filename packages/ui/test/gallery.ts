import { mkdirSync, writeFileSync } from 'node:fs'
import { renderDocument, uiAssets } from '../src/index.js'
import { samplePages } from './samples.js'

// `node dist/test/gallery.js <folder>` writes every sample page to a file, to view in a browser.
const [, , folder] = process.argv
if (folder === undefined) throw new TypeError('Usage: gallery.js <folder>')

mkdirSync(folder, { recursive: true })
for (const theme of ['light', 'dark'] as const) {
  for (const [name, page] of Object.entries(samplePages(theme))) {
    const html = renderDocument(page)
      .replaceAll('"/assets/', `"${uiAssets.folder}`)
      .replaceAll(/\?v=[0-9a-f]{10}/g, '')
    writeFileSync(`${folder}/${name}-${theme}.html`, html)
  }
}
