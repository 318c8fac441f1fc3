import { lookup } from 'node:dns/promises'
import { readCookie } from '@signet/auth/verifier'
import { type AskOptions, ask } from '@signet/demo'

/** Upper bound on requests per service, whatever DNS returns. */
const MAX_ADDRESSES = 32
/** A login hashes a password and may wait in the queue first. */
const POST_TIMEOUT_MS = 9_000

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

/** Sends a `POST` and returns the value of each cookie that the response sets. Rejects unless the status is below 300. */
export async function post(url: string, path: string, options: AskOptions): Promise<(name: string) => string> {
  const { status, headers } = await ask(url, path, { timeoutMs: POST_TIMEOUT_MS, ...options, method: 'POST' })
  if (status >= 300) throw new Error(`${path} answered ${status}`)
  return (name) => cookieOf(headers['set-cookie'], name)
}

/** Returns the value of a cookie in the `Set-Cookie` lines of a response; empty when it is cleared or absent. */
export const cookieOf = (lines: readonly string[] = [], name: string): string =>
  lines.map((line) => readCookie(line.split(';', 1)[0], name).value).find((value) => value !== '') ?? ''
