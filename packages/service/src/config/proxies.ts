import { EnvError, makeValidator } from 'envalid'
import ipaddr from 'ipaddr.js'

/** Fastify's names for networks. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Networks must be less than 1/64 of all addresses. All private networks together are, and so is any proxy provider. */
const SHARE_OF_ALL = 64n

const EXPECTED = 'none, or the addresses and networks (10.0.3.0/24) of your own proxies, separated by commas'

/** IPv4 addresses are part of IPv6, as `::ffff:0:0/96`, so an IPv6 network may contain them. */
const FAMILIES = [
  { first: 0n, bits: 128n },
  { first: 0xffff_0000_0000n, bits: 32n },
]

interface Network {
  readonly first: bigint
  readonly end: bigint
}

/** Validates TRUST_PROXY. Refuses networks that cover much of the internet: the service would trust every client's headers. */
export const proxies = makeValidator((input): string[] => {
  if (input === 'none') return []
  const entries = input.split(',').map((entry) => entry.trim())
  const networks = entries.flatMap((entry) => NAMED[entry] ?? [entry]).map(networkOf)
  if (networks.includes(undefined)) throw new EnvError(`must be ${EXPECTED}`)
  if (FAMILIES.some((family) => isLargeShare(networks as Network[], family))) {
    throw new EnvError(`must be ${EXPECTED}, not a large share of all addresses`)
  }
  return entries
})

function networkOf(text: string): Network | undefined {
  const [, address = '', prefix] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined
  const parsed = ipaddr.parse(address)
  const bits = parsed.kind() === 'ipv4' ? 32 : 128
  const length = prefix === undefined ? bits : Number(prefix)
  if (length > bits) return undefined
  const mapped = parsed instanceof ipaddr.IPv4 ? parsed.toIPv4MappedAddress() : parsed
  const size = 1n << BigInt(bits - length)
  const value = BigInt(`0x${Buffer.from(mapped.toByteArray()).toString('hex')}`)
  const first = value - (value % size)
  return { first, end: first + size }
}

function isLargeShare(networks: readonly Network[], { first, bits }: (typeof FAMILIES)[number]): boolean {
  const all = 1n << bits
  const inside = networks
    .map((network) => ({
      first: network.first < first ? first : network.first,
      end: network.end > first + all ? first + all : network.end,
    }))
    .filter((network) => network.first < network.end)
    .sort((one, other) => (one.first < other.first ? -1 : 1))
  let covered = 0n
  let end = 0n
  for (const network of inside) {
    const from = network.first < end ? end : network.first
    if (network.end > from) covered += network.end - from
    if (network.end > end) end = network.end
  }
  return covered * SHARE_OF_ALL > all
}
