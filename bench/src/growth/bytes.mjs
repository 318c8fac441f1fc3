import { ask } from '../requests.mjs'

const PAGES = [
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

/** What a page names that a browser fetches with it: style sheets, scripts, pictures; and what scripts import. */
export function referenced(text, url) {
  const html = [...text.matchAll(/<(?:link|script|img|source)\b[^>]*?\s(?:href|src|srcset)="([^"]+)"/g)]
  const imports = [...text.matchAll(/\b(?:from|import)\s*\(?['"]([./][^'"]+)['"]/g)]
  return [...html, ...imports]
    .map(([, target]) => new URL(target.replaceAll('&amp;', '&'), url))
    .filter(({ origin }) => origin === new URL(url).origin)
    .map(({ pathname, search }) => pathname + search)
}

/** Bytes of a page's answer and of everything that it needs, as they travel: compressed, without headers. */
export async function benchBytes({ services }) {
  const account = await firstAccount(services.bank)
  const pages = [...PAGES, { service: 'bank', path: `/accounts/${account}`, shown: '/accounts/:id' }]
  const rows = []
  for (const { service, path, anonymous, shown = path } of pages) {
    const server = services[service]
    const cookie = anonymous ? {} : { cookie: `signet_token=${server.freshToken()}` }
    const fetched = async (wanted) => {
      const plain = await ask({ ...server, path: wanted, headers: cookie })
      if (plain.status !== 200) throw new Error(`${service} ${wanted} was answered ${plain.status}`)
      const packed = await ask({ ...server, path: wanted, headers: { ...cookie, 'accept-encoding': 'br, gzip' } })
      return { text: plain.text, bytes: packed.bytes }
    }
    const page = await fetched(path)
    const assets = new Map()
    const follow = async (text, base) => {
      for (const asset of referenced(text, `http://${server.host}${base}`)) {
        if (assets.has(asset)) continue
        assets.set(asset, 0)
        const found = await fetched(asset)
        assets.set(asset, found.bytes)
        if (asset.split('?')[0].endsWith('.js')) await follow(found.text, asset)
      }
    }
    await follow(page.text, path)
    const assetBytes = [...assets.values()].reduce((sum, bytes) => sum + bytes, 0)
    rows.push({ service, path: shown, pageBytes: page.bytes, assets: assets.size, assetBytes })
  }
  return rows
}

async function firstAccount(bank) {
  const { text } = await ask({
    ...bank,
    path: '/api/accounts',
    headers: { cookie: `signet_token=${bank.freshToken()}` },
  })
  return JSON.parse(text).data[0].id
}
