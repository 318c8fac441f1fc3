import ipaddr from 'ipaddr.js'

/** One client: an IPv4 address, or the /64 that an IPv6 client is given. */
export const clientNetwork = (address: string): string => networkOf(address, 64)

/** One subscriber: an IPv4 address, or the /48 that an IPv6 subscriber may divide into 65,536 networks of clients. */
export const siteNetwork = (address: string): string => networkOf(address, 48)

function networkOf(address: string, bits: number): string {
  if (!ipaddr.isValid(address)) return 'no address'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const groups = parsed.toNormalizedString().split(':')
  return `${groups.slice(0, bits / 16).join(':')}::/${bits}`
}
