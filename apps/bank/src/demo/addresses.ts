import { lookup } from 'node:dns/promises'

/** However many addresses a name has. */
const MAX_ADDRESSES = 32

/**
 * The origins behind an internal URL: one for each address of its name, as a front door finds replicas. Asked by its name,
 * the system would sort the nearest one first, which at this service is always the asking process itself. Empty where the
 * name has no address.
 */
export async function addressesOf(url: string): Promise<string[]> {
  const { protocol, hostname, port } = new URL(url)
  // A certificate is for the name.
  if (protocol === 'https:') return [url]
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  const origins = found.map(({ address, family }) => `http://${family === 6 ? `[${address}]` : address}:${port || 80}`)
  return [...new Set(origins)].slice(0, MAX_ADDRESSES)
}
