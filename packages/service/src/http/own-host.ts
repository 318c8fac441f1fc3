import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { ServiceError } from './errors.js'
import { authorityOf } from './request-target.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Accepts any host name, because probes and scrapers use the address of a process. */
    anyHost?: true
  }
}

export interface OwnHostOptions {
  /** This service's public origin. */
  readonly origin: string
  /** This service's origin for requests of the other service. */
  readonly internalUrl: string
}

/** `absolute` is the public name with a trailing dot, which browsers treat as another site. */
type HostKind = 'public' | 'internal' | 'loopback' | 'absolute'

const AUTHORITY = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i
const LOOPBACK = /^(?:localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses requests for a foreign host, against DNS rebinding and misconfigured proxies. Accepts the public and the internal
 * name and loopback addresses.
 *
 * A browser keeps cookies of the public name and of a loopback address apart, so a page under a loopback name redirects to the
 * public origin.
 */
export const ownHost = fastifyPlugin<OwnHostOptions>(
  async (app, { origin, internalUrl }) => {
    const kindOf = hostKinds({ origin, internalUrl })

    app.addHook('onRequest', (request, reply, done) => {
      const { anyHost, page } = request.routeOptions.config
      const hosts = hostsOf(request.raw)
      if (hosts.length > 1 || (hosts.length === 0 && !(anyHost && isHttp10(request)))) {
        return done(new ServiceError('invalid_request', 'The request must have exactly one Host header.'))
      }
      if (anyHost) return done()
      const named = authorityOf(request.originalUrl)
      const kinds = (named === undefined ? hosts : [...hosts, named]).map(kindOf)
      const reads = request.method === 'GET' || request.method === 'HEAD'
      const elsewhere = kinds.some((kind) => kind === 'loopback' || kind === 'absolute')
      // With a trusted proxy on this machine, `X-Forwarded-Host` may show that the browser used the public name.
      if (!kinds.includes(undefined) && elsewhere && page && reads && kindOf(request.host) !== 'public') {
        return reply.redirect(origin + request.url, 302)
      }
      if (kinds.every((kind) => kind !== undefined && kind !== 'absolute')) return done()
      return done(new ServiceError('misdirected_request', `This service does not serve this host name. Use ${origin}.`))
    })
  },
  { name: '@signet/own-host' },
)

/** Returns every `Host` header. Node.js keeps only the first in `headers`. */
function hostsOf({ rawHeaders }: IncomingMessage): string[] {
  const hosts: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (/^host$/i.test(rawHeaders[at] ?? '')) hosts.push(rawHeaders[at + 1] ?? '')
  }
  return hosts
}

/** HTTP/1.0 has no `Host`, and some load balancers still probe with it. */
const isHttp10 = ({ raw }: FastifyRequest): boolean => raw.httpVersion === '1.0'

function hostKinds(options: OwnHostOptions): (authority: string) => HostKind | undefined {
  const own = new URL(options.origin)
  const internal = new URL(options.internalUrl)

  return (authority) => {
    if (authority === own.host) return 'public'
    if (!AUTHORITY.test(authority)) return undefined
    // Parsed with the scheme, which determines the default port.
    const named = parse(`${own.protocol}//${authority}`)
    if (named?.host === own.host) return 'public'
    if (parse(`${internal.protocol}//${authority}`)?.host === internal.host) return 'internal'
    if (named && LOOPBACK.test(named.hostname)) return 'loopback'
    return named && named.hostname === `${own.hostname}.` && named.port === own.port ? 'absolute' : undefined
  }
}

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)
