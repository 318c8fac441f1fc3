import type { Locator, Page } from '@playwright/test'

/** The window of each app, in CSS pixels. */
export const WINDOW = { width: 430, height: 480 }

export interface StageWindow {
  readonly host: string
  /** A screenshot as PNG; undefined before the window is open. */
  readonly png: Buffer | undefined
  /** Where the user clicks, in CSS pixels of the window. */
  readonly click?: { readonly x: number; readonly y: number } | undefined
}

export interface Stage {
  readonly dark: boolean
  readonly bank: StageWindow
  readonly retirement: StageWindow
  readonly caption: string
}

/** Renders both apps in two windows beside each other, with a caption below. */
function stagePage({ dark, bank, retirement, caption }: Stage): string {
  const windowOf = ({ host, png, click }: StageWindow) => `
    <figure><p>${host}</p><div>
      ${png ? `<img src="data:image/png;base64,${png.toString('base64')}" alt="">` : ''}
      ${click ? `<i style="left:${(100 * click.x) / WINDOW.width}%;top:${(100 * click.y) / WINDOW.height}%"></i>` : ''}
    </div></figure>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Handoff</title><style>
  :root { color-scheme: ${dark ? 'dark' : 'light'};
    --ink: light-dark(#17211d, #e9ece6); --muted: light-dark(#4d5a53, #a3aea8); --line: light-dark(#c9c7bd, #45524c);
    --card: light-dark(#fffefb, #171e1b); --bar: light-dark(#eceae2, #1d2622); --gilt: light-dark(#b8860b, #dcb568) }
  * { box-sizing: border-box; margin: 0 }
  body { width: 1000px; padding: 10px; color: var(--ink); background: light-dark(#ffffff, #0d1117);
    font: 22px/1.35 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
  main { display: grid; grid-template-columns: 1fr 1fr; gap: 20px }
  figure { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--bar) }
  figure p { padding: 6px 14px; font-size: 16px; color: var(--muted) }
  figure div { position: relative; aspect-ratio: ${WINDOW.width} / ${WINDOW.height}; background: var(--card) }
  img { display: block; width: 100% }
  i { position: absolute; width: 54px; height: 54px; margin: -27px 0 0 -27px; border: 4px solid var(--gilt); border-radius: 50% }
  h1 { padding: 14px 4px 4px; font-size: 24px; font-weight: 600; text-align: center }
</style></head><body><main>${windowOf(bank)}${windowOf(retirement)}</main><h1>${caption}</h1></body></html>`
}

/** Takes a screenshot of the stage in a page of its own. */
export async function takeStage(page: Page, stage: Stage): Promise<Buffer> {
  await page.setContent(stagePage(stage))
  const { height } = (await page.locator('body').boundingBox()) ?? { height: 0 }
  await page.setViewportSize({ width: 1000, height: Math.ceil(height) })
  return page.screenshot({ animations: 'disabled' })
}

/** Returns the middle of an element. */
export async function middleOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox()
  if (!box) throw new TypeError('the element to click is not visible')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
