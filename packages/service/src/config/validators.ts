import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type LifetimeRange, parseSecrets } from '@signet/auth/verifier'
import { EnvError, makeValidator } from 'envalid'
import ipaddr from 'ipaddr.js'

export { str as text } from 'envalid'

const expects = (expectation: string): EnvError => new EnvError(`must be ${expectation}`)

function wholeNumber(input: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(input) ? Number(input) : Number.NaN
  if (!(value >= min && value <= max)) throw expects(`a whole number from ${min} to ${max}`)
  return value
}

/**
 * Validates HOST: an IP address or `localhost`. An empty value would silently mean every interface. A host name, which some
 * shells export as HOST, could resolve to any address.
 */
export const host = makeValidator((input) => {
  if (isIP(input) === 0 && input !== 'localhost')
    throw expects('an IP address of this machine, such as 127.0.0.1 or 0.0.0.0, or localhost')
  return input
})

export const port = makeValidator((input) => wholeNumber(input, 1, 65_535))

/** Validates a lifetime in whole seconds within its range in `lifetimes.ts`. */
export const seconds = (range: LifetimeRange) =>
  makeValidator((input) => {
    const value = /^\d{1,10}$/.test(input) ? Number(input) : Number.NaN
    if (!(value >= range.minSeconds && value <= range.maxSeconds)) {
      throw expects(`whole seconds from ${range.minSeconds} to ${range.maxSeconds}`)
    }
    return value
  })({ default: range.defaultSeconds })

export const countUpTo = (max: number) => makeValidator((input) => wholeNumber(input, 0, max))

export const atLeastOne = (max: number) => makeValidator((input) => wholeNumber(input, 1, max))

export const demo = makeValidator<boolean | 'public'>((input) => {
  if (input === 'public') return 'public'
  if (input !== '0' && input !== '1') throw expects('1, 0 or public')
  return input === '1'
})

/** Validates the cookie prefix. Its characters cannot end a cookie name or start another one. */
export const cookiePrefix = makeValidator((input) => {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(input)) {
    throw expects('1 to 32 lower-case letters, digits and dashes, beginning with a letter')
  }
  return input
})

export const origin = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  const plain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!plain || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw expects('an origin: http:// or https://, a host and an optional port, without a path')
  }
  return url.origin
})

/** Without a role in the URL, the client would use USER of the shell. */
const namesRole = (url: URL): boolean => url.username !== '' || Boolean(url.searchParams.get('user'))

export const databaseUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2 || !namesRole(url)) {
    throw expects("this service's own PostgreSQL database: postgresql://role:password@host:port/database")
  }
  return input
})

export const storeUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  const isRedis = url && /^rediss?:$/.test(url.protocol)
  const isPostgres = url && /^postgres(ql)?:$/.test(url.protocol) && namesRole(url)
  if (!(isRedis || isPostgres) || url.hostname === '') {
    throw expects('redis://host:port or postgresql://role:password@host:port/database')
  }
  return input
})

/** Validates an http or https URL without credentials. */
export const httpUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') throw expects('an http:// or https:// URL')
  return url.href
})

/** Validates the path of a file and parses its contents. The message of a TypeError of `parse` is shown, so it must not contain a key. */
export const fileOf = <T>(expected: string, parse: (text: string) => T) =>
  makeValidator<T>((path) => {
    try {
      return parse(readFileSync(path, 'utf8'))
    } catch (error) {
      const reason = error instanceof TypeError ? error.message : 'it cannot be read'
      throw expects(`the path of ${expected}: ${reason}`)
    }
  })

/** Validates shared secrets, including their length. */
export const secrets = makeValidator((input) => {
  try {
    return parseSecrets(input)
  } catch (error) {
    throw new EnvError(
      `must be kid:secret entries separated by commas, each secret at least 32 bytes: ${error instanceof Error ? error.message : ''}`,
    )
  }
})

export const logLevel = makeValidator((input) => {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
  if (!levels.includes(input)) throw expects(`one of ${levels.join(', ')}`)
  return input
})

/** Validates a version or commit: one word that is safe in a metric label. */
export const buildWord = makeValidator((input) => {
  if (!/^[A-Za-z0-9._+-]{1,64}$/.test(input)) throw expects('a word of letters, digits, dots and dashes')
  return input
})

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
