import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { isApiPath } from './request-target.js'

export interface SecurityHeadersOptions {
  /** Origins to which a form may post or redirect: the public origins of all apps. */
  readonly formOrigins: readonly string[]
  /** Origin at which scripts renew an expired token. */
  readonly bankUrl: string
  /** Whether the public URLs are https. HSTS is sent only then. */
  readonly https: boolean
}

/**
 * Security headers by kind of response. Values are helmet's defaults, except those in `helmetOptions`. `page`: anything that a browser
 * may show as a document. `api`: JSON under `/api/`, with only the headers that apply to data, because document headers would add a
 * kilobyte. `raw`: written before any plugin runs, for a request that cannot be parsed.
 */
export type SecurityHeaders = Readonly<Record<'page' | 'api' | 'raw', Readonly<Record<string, string>>>>

/** Without `X-Frame-Options`: `frame-ancestors` replaces it (CSP Level 3). */
const OF_API = ['cross-origin-resource-policy', 'strict-transport-security', 'x-content-type-options', 'cache-control']
const OF_RAW = [
  'content-security-policy',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
  'cache-control',
]
/** An API response opened as a document loads nothing and cannot be framed. */
const API_POLICY = "default-src 'none';frame-ancestors 'none'"

/** Computes the headers of each kind once. None of them depends on the request. */
export async function securityHeadersOf(options: SecurityHeadersOptions): Promise<SecurityHeaders> {
  const page = { ...(await helmetHeaders(helmetOptions(options))), 'cache-control': 'no-store' }
  const only = (names: readonly string[]) =>
    Object.fromEntries(Object.entries(page).filter(([name]) => names.includes(name)))
  return { page, api: { 'content-security-policy': API_POLICY, ...only(OF_API) }, raw: only(OF_RAW) }
}

/**
 * Allows no inline code and no foreign origin except the bank's renewal. `Referrer-Policy` is `same-origin`, because
 * `no-referrer` sets a form's `Origin` to null, which the same-origin rule must refuse.
 */
function helmetOptions({ formOrigins, bankUrl, https }: SecurityHeadersOptions): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'", bankUrl],
        formAction: ["'self'", ...formOrigins],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    strictTransportSecurity: https,
  }
}

/** Returns helmet's headers from one sample request: helmet would compute the policy again for each request. */
async function helmetHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const app = Fastify()
  await app.register(helmet, options)
  app.get('/', (_request: unknown, reply: FastifyReply) => reply.send())
  const { headers } = await app.inject('/')
  await app.close()
  const { connection: _, date, 'content-length': length, ...own } = headers
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [name, String(value)]))
}

/** Sets the security headers before the handler runs, so that a handler can replace one. */
export const securityHeaders = fastifyPlugin<{ readonly headers: SecurityHeaders }>(
  async (app, { headers: { page, api } }) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(isApiPath(request.url) ? api : page)
      done()
    })
  },
  { name: '@signet/security-headers' },
)
