import { isIP, isIPv6 } from 'node:net'
import fastifyPlugin from 'fastify-plugin'
import ipaddr from 'ipaddr.js'

/**
 * Gives `request.ip` an address that is one, where proxies are trusted: Fastify takes the text of `X-Forwarded-For` as it
 * is, so a client behind a proxy that adds the port would be another client with each connection.
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
  { name: '@signet/forwarded-for', fastify: '5.x' },
)

/**
 * The addresses of `X-Forwarded-For`, without ports, and IPv4 as IPv4. Each proxy appends the address that it saw, so no
 * trusted proxy vouches for what stands before an entry that is no address: that is left out too.
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

/** An address, `address:port` or `[v6]:port`; undefined where the text is none of them. A zone is only its own machine's. */
function addressOf(text: string): string | undefined {
  const [, bracketed, plain, port = '0'] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = bracketed ?? plain ?? text
  const isAddress = bracketed === undefined ? isIP(address) !== 0 : isIPv6(address)
  if (!isAddress || address.includes('%') || Number(port) > MAX_PORT) return undefined
  return ipaddr.process(address).toString()
}
