import type { PageBytes } from '../report.js'
import { sendRequest } from '../requests.js'
import type { Service, Services } from '../services.js'

interface Page {
  readonly service: 'bank' | 'retirement'
  readonly path: string
  readonly shown?: string
  readonly anonymous?: boolean
}

const PAGES: readonly Page[] = [
  { service: 'bank', path: '/sign-in', anonymous: true },
  { service: 'bank', path: '/' },
  { service: 'bank', path: '/transfer' },
  { service: 'bank', path: '/security' },
  { service: 'bank', path: '/token' },
  { service: 'bank', path: '/compare' },
  { service: 'bank', path: '/tour' },
  { service: 'retirement', path: '/' },
  { service: 'retirement', path: '/token' },
]

/** Returns the same-origin style sheets, scripts, pictures and script imports that a page or script references. */
export function referenced(text: string, url: string): string[] {
  const html = [...text.matchAll(/<(?:link|script|img|source)\b[^>]*?\s(?:href|src|srcset)="([^"]+)"/g)]
  const imports = [...text.matchAll(/\b(?:from|import)\s*\(?['"]([./][^'"]+)['"]/g)]
  return [...html, ...imports]
    .map(([, target = '']) => new URL(target.replaceAll('&amp;', '&'), url))
    .filter(({ origin }) => origin === new URL(url).origin)
    .map(({ pathname, search }) => pathname + search)
}

/** Measures the transferred bytes of each page and its assets: compressed, without headers. */
export async function benchBytes({ services }: { readonly services: Services }): Promise<PageBytes[]> {
  const account = await firstAccount(services.bank)
  const pages: Page[] = [...PAGES, { service: 'bank', path: `/accounts/${account}`, shown: '/accounts/:id' }]
  const rows: PageBytes[] = []
  for (const { service, path, anonymous, shown = path } of pages) {
    const server = services[service]
    const cookie: Record<string, string> = anonymous ? {} : { cookie: `signet_token=${server.freshToken()}` }
    const fetched = async (wanted: string) => {
      const plain = await sendRequest({ ...server, path: wanted, headers: cookie })
      if (plain.status !== 200) throw new Error(`${service} ${wanted} responded ${plain.status}`)
      const packed = await sendRequest({
        ...server,
        path: wanted,
        headers: { ...cookie, 'accept-encoding': 'br, gzip' },
      })
      return { text: plain.text, bytes: packed.bytes }
    }
    const page = await fetched(path)
    const assets = new Map<string, number>()
    const follow = async (text: string, base: string): Promise<void> => {
      for (const asset of referenced(text, `http://${server.host}${base}`)) {
        if (assets.has(asset)) continue
        assets.set(asset, 0)
        const found = await fetched(asset)
        assets.set(asset, found.bytes)
        if (/\.js($|\?)/.test(asset)) await follow(found.text, asset)
      }
    }
    await follow(page.text, path)
    const assetBytes = [...assets.values()].reduce((sum, bytes) => sum + bytes, 0)
    rows.push({ service, path: shown, pageBytes: page.bytes, assets: assets.size, assetBytes })
  }
  return rows
}

async function firstAccount(bank: Service) {
  const { text } = await sendRequest({
    ...bank,
    path: '/api/accounts',
    headers: { cookie: `signet_token=${bank.freshToken()}` },
  })
  const [account] = (JSON.parse(text) as { data: Array<{ id: string }> }).data
  return account?.id ?? ''
}
