import ipaddr from 'ipaddr.js'

/** Returns the network of one client: an IPv4 address, or an IPv6 /64. */
export const clientNetwork = (address: string): string => networkOf(address, 64)

/** Returns the network of one subscriber: an IPv4 address, or an IPv6 /48, which contains 65,536 client networks. */
export const siteNetwork = (address: string): string => networkOf(address, 48)

function networkOf(address: string, bits: number): string {
  if (!ipaddr.isValid(address)) return 'no address'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const groups = parsed.toNormalizedString().split(':')
  return `${groups.slice(0, bits / 16).join(':')}::/${bits}`
}
