import { lookup } from 'node:dns/promises'

/** Upper bound on requests per service, whatever DNS returns. */
const MAX_ADDRESSES = 32

/**
 * Resolves an internal URL to one origin per address, so that each replica gets requests. Connecting by name would
 * always reach the nearest address, which at this service is the calling process itself. Returns an empty list when the
 * name has no address.
 */
export async function addressesOf(url: string): Promise<string[]> {
  const { protocol, hostname, port } = new URL(url)
  // A TLS certificate names the host, not its addresses.
  if (protocol === 'https:') return [url]
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  const origins = found.map(({ address, family }) => `http://${family === 6 ? `[${address}]` : address}:${port || 80}`)
  return [...new Set(origins)].slice(0, MAX_ADDRESSES)
}
