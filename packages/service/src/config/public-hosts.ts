import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Returns whether a URL's host is `localhost` or below it. Browsers resolve these to their own machine (RFC 6761, section 6.3). */
export const isBelowLocalhost = (origin: string): boolean => /(^|\.)localhost$/.test(new URL(origin).hostname)

/** Returns whether requests to this origin never leave the machine, so that `http:` is safe. */
export function isOnThisMachine(origin: string): boolean {
  const host = new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return isBelowLocalhost(origin)
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
