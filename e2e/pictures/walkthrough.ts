import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expect } from '../support/test.js'
import { walkthroughSourcesHash } from '../support/walkthrough-sources.js'

const root = new URL('../../', import.meta.url)

/** Widths of the screenshots, in pixels. */
const PICTURE_WIDTH = 1080
const MAX_BYTES = 3_000_000

/** One step of the tour, as the browser showed it. */
export interface RecordedStep {
  readonly title: string
  readonly lead: string
  readonly question: string
  readonly task: string
  readonly answer: string
  readonly meaning: string
  /** A screenshot of the page after the action, as PNG. */
  readonly png: Buffer
  /** HTML of the drawing and of the list of requests. */
  readonly diagram: string
}

/** Reads the texts and the drawing from the page of a completed step. */
export async function readStep(page: Page, question: string, png: Buffer): Promise<RecordedStep> {
  // The last one: a notice begins with its title.
  const textOf = async (selector: string) => ((await page.locator(selector).last().textContent()) ?? '').trim()
  return {
    title: await textOf('h1'),
    lead: await textOf('.lead'),
    question,
    task: await textOf('.tour-words'),
    answer: await textOf('.tour > div > .notice p'),
    meaning: await textOf('section[aria-labelledby="happened"] .notice p'),
    png,
    diagram: await page.locator('figure.sequence').evaluate((figure) => figure.outerHTML),
  }
}

/** Writes docs/walkthrough.html: the whole tour in one file that needs no other. */
export async function saveWalkthrough(steps: readonly RecordedStep[]): Promise<void> {
  const styles = ['packages/ui/styles/tokens.css', 'packages/ui/styles/base.css', 'packages/demo/assets/tour.css']
  const css = await Promise.all(styles.map((path) => readFile(new URL(path, root), 'utf8')))
  const sections = await Promise.all(steps.map(sectionOf))
  const html = `<!doctype html>
<html lang="en" data-brand="bank">
<head>
<meta charset="utf-8">
<title>Signet: the tour</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="The tour through both apps, recorded from the running services.">
<meta name="sources" content="${walkthroughSourcesHash(fileURLToPath(root))}">
<style>${css.join('\n')}
main { padding-block: 2rem 4rem }
section { margin-block: 3rem 0; padding-block-start: 2rem; border-block-start: 1px solid var(--line) }
section > * + * { margin-block-start: 1rem }
section > p { max-width: 44rem }
section > img { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 3px }
.sequence { max-width: 44rem }
</style>
</head>
<body>
<main class="wrap">
<h1>Signet: the tour</h1>
<p class="muted">Recorded by an end-to-end test in a real browser, from the running bank and retirement. Run <code>npm start</code> to take it yourself.</p>
${sections.join('\n')}
</main>
</body>
</html>
`
  expect(Buffer.byteLength(html), 'walkthrough.html in bytes').toBeLessThan(MAX_BYTES)
  await writeFile(new URL('docs/walkthrough.html', root), html)
}

async function sectionOf(step: RecordedStep, index: number): Promise<string> {
  const picture = await sharp(step.png).resize({ width: PICTURE_WIDTH }).webp({ quality: 70, effort: 6 }).toBuffer()
  const { width = 0, height = 0 } = await sharp(picture).metadata()
  return `<section aria-labelledby="step-${index + 1}">
<h2 id="step-${index + 1}">${index + 1}. ${escaped(step.title)}</h2>
<p>${escaped(step.lead)}</p>
<p><strong>${escaped(step.question)}</strong></p>
<p>${escaped(step.task)}</p>
<img src="data:image/webp;base64,${picture.toString('base64')}" width="${width}" height="${height}" loading="lazy" alt="The page after step ${index + 1}">
<p>${escaped(step.answer)}</p>
${step.diagram}
<p>${escaped(step.meaning)}</p>
</section>`
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
