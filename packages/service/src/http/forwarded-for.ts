import { isIP, isIPv6 } from 'node:net'
import fastifyPlugin from 'fastify-plugin'
import ipaddr from 'ipaddr.js'

/**
 * Removes everything but addresses from `X-Forwarded-For`, so that `request.ip` is an address. Fastify uses its text unchanged:
 * behind a proxy that adds the port, each connection would look like another client.
 */
export const forwardedFor = fastifyPlugin(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const { headers } = request.raw
      const header = headers['x-forwarded-for']
      if (header !== undefined) headers['x-forwarded-for'] = addressesOf(String(header)).join(', ')
      done()
    })
  },
  { name: '@signet/forwarded-for' },
)

/**
 * Returns the addresses of `X-Forwarded-For` without ports, IPv4-mapped ones as IPv4. Each proxy appends the address it saw, so
 * no trusted proxy vouches for entries before an invalid one: they are dropped too.
 */
function addressesOf(header: string): string[] {
  const addresses: string[] = []
  for (const entry of header.split(',').reverse()) {
    const address = addressOf(entry.trim())
    if (address === undefined) break
    addresses.unshift(address)
  }
  return addresses
}

const MAX_PORT = 65_535

/** Parses an address, `address:port` or `[v6]:port`. Returns undefined otherwise, also for an IPv6 zone, which is only local. */
function addressOf(text: string): string | undefined {
  const [, bracketed, plain, port = '0'] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  const isAddress = bracketed === undefined ? isIP(address) !== 0 : isIPv6(address)
  if (!isAddress || address.includes('%') || Number(port) > MAX_PORT) return undefined
  return ipaddr.process(address).toString()
}
