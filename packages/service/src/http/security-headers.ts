import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

export interface SecurityHeadersOptions {
  /** Where a form may lead, redirects included: both apps. */
  readonly formOrigins: readonly string[]
  /** Where scripts have a sign-in renewed. */
  readonly bankUrl: string
  readonly https: boolean
}

type PolicyOptions = Omit<SecurityHeadersOptions, 'https'>

function policy({ formOrigins, bankUrl }: PolicyOptions) {
  return {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'", bankUrl],
    formAction: ["'self'", ...formOrigins],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  }
}

/** The same for an answer that Fastify gives before any plugin is asked: to an address that cannot be read. */
export function bareSecurityHeaders(options: PolicyOptions): Record<string, string> {
  const directives = Object.entries(policy(options)).map(
    ([name, values]) => `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${values.join(' ')}`,
  )
  return {
    'content-security-policy': directives.join(';'),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  }
}

/**
 * What an answer of the JSON API says: all that a browser heeds where it shows no document of ours. `X-Frame-Options` is
 * not among it: no browser heeds it where a policy says `frame-ancestors` (CSP Level 3).
 */
const DATA_HEADERS = [
  'x-content-type-options',
  'cross-origin-resource-policy',
  'strict-transport-security',
  'cache-control',
]
/** Opened as if it were a page, an answer of the JSON API may load nothing and be framed by nobody. */
const DATA_POLICY = "default-src 'none';frame-ancestors 'none'"

/**
 * Headers for every answer. The policy allows nothing inline and nothing from elsewhere but the bank's renewal. `Referrer-Policy: same-origin`
 * and not `no-referrer`, because the latter makes a form's `Origin` null, which the same-origin rule must refuse. Answers
 * of the JSON API leave out what is said to documents alone: a kilobyte of it would cost more than recognising the person.
 */
export const securityHeaders = fastifyPlugin<SecurityHeadersOptions>(
  async (app, { https, ...options }) => {
    const headers = await helmetHeaders({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: policy(options),
      },
      referrerPolicy: { policy: 'same-origin' },
      frameguard: { action: 'deny' },
      strictTransportSecurity: https,
    })
    const dataHeaders: Record<string, string> = { 'content-security-policy': DATA_POLICY }
    for (const name of DATA_HEADERS) if (headers[name] !== undefined) dataHeaders[name] = headers[name]
    // Set before the handler, so that a handler which knows better (a style sheet) has the last word.
    app.onArrival((request, reply) => reply.headers(request.url.startsWith('/api/') ? dataHeaders : headers))
  },
  { name: '@signet/security-headers', fastify: '5.x', dependencies: ['@signet/request-events'] },
)

/**
 * What helmet says to any request. It is asked once: of nothing that it is told here does anything depend on the request,
 * and it builds the policy anew each time.
 */
async function helmetHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const asked = Fastify()
  await asked.register(helmet, options)
  asked.get('/', (_request: unknown, reply: FastifyReply) => reply.send())
  const { headers } = await asked.inject('/')
  await asked.close()
  const { 'content-length': _length, date: _date, connection: _connection, ...said } = headers
  return { ...Object.fromEntries(Object.entries(said).map(([name, value]) => [name, String(value)])), ...NO_STORE }
}

const NO_STORE = { 'cache-control': 'no-store' }
