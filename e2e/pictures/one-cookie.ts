/** The content of the overview picture, read from a browser that walked through both apps. */
export interface OneCookie {
  readonly dark: boolean
  /** Screenshots as PNG. */
  readonly bank: Buffer
  readonly retirement: Buffer
  readonly bankHost: string
  readonly retirementHost: string
  readonly cookie: { readonly name: string; readonly domain: string; readonly value: string }
}

export const WINDOW = { width: 430, height: 520 }

const dataUrl = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`

/** Renders both apps side by side with the cookie that both receive between them. */
export function oneCookiePage({ dark, bank, retirement, bankHost, retirementHost, cookie }: OneCookie): string {
  const window = (host: string, png: Buffer, name: string, says: string) => `
    <figure>
      <div class="window"><p>${host}</p><img src="${dataUrl(png)}" alt=""></div>
      <figcaption><strong>${name}</strong><br>${says}</figcaption>
    </figure>`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>One cookie</title><style>
  :root { color-scheme: ${dark ? 'dark' : 'light'};
    --ink: light-dark(#17211d, #e9ece6); --muted: light-dark(#4d5a53, #a3aea8); --line: light-dark(#c9c7bd, #45524c);
    --card: light-dark(#fffefb, #171e1b); --bar: light-dark(#eceae2, #1d2622); --gilt: light-dark(#8a5a12, #dcb568); }
  * { box-sizing: border-box; margin: 0 }
  body { width: 1000px; padding: 12px; color: var(--ink); background: light-dark(#ffffff, #0d1117);
    font: 17px/1.4 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
  main { display: grid; grid-template-columns: 344px 1fr 344px; align-items: start }
  .window { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--bar) }
  .window p { padding: 7px 14px; font-size: 15px; color: var(--muted) }
  .window img { display: block; width: 100% }
  figcaption { padding: 12px 4px 0; color: var(--muted) }
  figcaption strong { color: var(--ink); font-size: 19px }
  .between { padding: 96px 14px 0; text-align: center }
  .arrow { color: var(--gilt); font-weight: 600 }
  .arrow i { display: flex; align-items: center; margin-top: 2px }
  .arrow i::before { content: ""; flex: 1; border-top: 2px solid currentColor; order: 1 }
  .arrow i::after { content: ""; border: 7px solid transparent; border-left: 11px solid currentColor; border-right: 0; order: 2 }
  .arrow b { border: 7px solid transparent; border-right: 11px solid currentColor; border-left: 0 }
  .cookie { border: 2px solid var(--gilt); border-radius: 14px; background: var(--card); padding: 14px 12px; margin: 14px 0 }
  .cookie code { font: 700 19px/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
  .cookie p { font-size: 15px; color: var(--muted); font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace }
  .cookie .kind { font: inherit; color: var(--ink) }
</style></head><body><main>
  ${window(bankHost, bank, 'Signet Bank', 'checks the password, signs the token')}
  <div class="between">
    <div class="arrow">Set-Cookie, once<i></i></div>
    <div class="cookie"><code>${cookie.name}</code><p class="kind">one JWT, in the browser</p>
      <p>${cookie.value.slice(0, 12)}…</p><p>Domain=${cookie.domain.replace(/^\./, '')}</p><p>HttpOnly, Lax</p></div>
    <div class="arrow">Cookie, to both<i><b></b></i></div>
  </div>
  ${window(retirementHost, retirement, 'Signet Retirement', 'checks the signature, calls no one')}
</main></body></html>`
}
