import ipaddr from 'ipaddr.js'

/** Whom an address stands for: an IPv4 address is one client; of IPv6 a client is given a whole /64. */
export function clientNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${parsed.toNormalizedString().split(':').slice(0, 4).join(':')}::/64`
}
