import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether a URL's host is `localhost` or a name below it: browsers resolve these to their own machine (RFC 6761 section 6.3). */
export const isBelowLocalhost = (origin: string): boolean => /(^|\.)localhost$/.test(new URL(origin).hostname)

/** Whether nothing that is sent to this origin leaves the machine, so that `http:` is safe. */
export function isOnThisMachine(origin: string): boolean {
  const host = new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return isBelowLocalhost(origin)
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
