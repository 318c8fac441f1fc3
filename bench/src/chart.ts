import { measuredOn } from './document.js'
import type { Report } from './report.js'

const ROW = 30
const LEFT = 330
const WIDTH = 860

const asText = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const TITLE = 'GET /api/me: requests/s, Fastify without authentication = 1'

/** Draws the `/api/me` results as an SVG that follows the reader's light or dark theme, with machine, versions and date. */
export const chart = (report: Report): string => bars(TITLE, measuredOn(report), report.me)

const SIGN_OUT_TITLE = 'One sign-out: ms until each place refuses the session or shows its end (p50)'

/** Draws when a sign-out arrives where, as one timeline. */
export const signOutChart = (report: Report): string =>
  bars(
    SIGN_OUT_TITLE,
    measuredOn(report),
    report.signOut
      .filter(({ key }) => key !== 'lost')
      .map(({ key, label, medianMs }) => ({ label, share: medianMs, own: key === 'bank', digits: 1 })),
  )

interface Bar {
  readonly label: string
  readonly share: number
  readonly own?: boolean
  /** Digits after the decimal point. Default 2. */
  readonly digits?: number
}

/** Draws bars of shares with a caption below. */
export function bars(title: string, caption: string, rows: readonly Bar[]): string {
  const longest = Math.max(...rows.map(({ share }) => share))
  const drawn = rows.map(({ label, share, own, digits = 2 }, n) => {
    const y = 52 + n * ROW
    const width = Math.max(2, (share / longest) * (WIDTH - LEFT - 70))
    return `<text x="${LEFT - 12}" y="${y + 15}" text-anchor="end"${own ? ' class="own"' : ''}>${asText(label)}</text>
<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="20" rx="3"${own ? ' class="own"' : ''}/>
<text x="${(LEFT + width + 8).toFixed(1)}" y="${y + 15}">${share.toFixed(digits)}</text>`
  })
  const height = 100 + rows.length * ROW
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${asText(title)}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2a37 } .own { font-weight: 600 } rect { fill: #9aa5b1 } rect.own { fill: #0b6e4f }
.paper { fill: #ffffff } .caption { font-size: 12px } .title { font-size: 16px; font-weight: 600 }
@media (prefers-color-scheme: dark) { text { fill: #e6eaf0 } rect { fill: #5b6775 } rect.own { fill: #3ecf9a } .paper { fill: #10161d } }
</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
<text class="title" x="20" y="30">${asText(title)}</text>
${drawn.join('\n')}
<text class="caption" x="20" y="${height - 16}">${asText(caption)}</text>
</svg>
`
}
