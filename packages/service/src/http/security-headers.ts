import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { isApiPath } from './request-target.js'

export interface SecurityHeadersOptions {
  /** Where a form may lead, redirects included: the public origins of all apps. */
  readonly formOrigins: readonly string[]
  /** Where scripts renew an expired token. */
  readonly bankUrl: string
  /** Whether the public URLs are https: only then may HSTS be sent. */
  readonly https: boolean
}

/**
 * What a response is: `page` is anything that a browser may show as a document; `api` is JSON under `/api/`; `raw` is
 * written before any plugin runs, when the request cannot be parsed.
 */
type ResponseKind = 'page' | 'api' | 'raw'

/**
 * Every security header, and the responses that carry it. The values are helmet's defaults unless `helmetOptions` says
 * otherwise. API responses carry only what a browser applies to data: the document headers would be a kilobyte on each.
 * `X-Frame-Options` is not among them: `frame-ancestors` replaces it (CSP Level 3).
 */
const CARRIED_BY: Readonly<Record<string, readonly ResponseKind[]>> = {
  'content-security-policy': ['page', 'raw'],
  'cross-origin-opener-policy': ['page'],
  'cross-origin-resource-policy': ['page', 'api'],
  'origin-agent-cluster': ['page'],
  'referrer-policy': ['page', 'raw'],
  'strict-transport-security': ['page', 'api'],
  'x-content-type-options': ['page', 'api', 'raw'],
  'x-dns-prefetch-control': ['page'],
  'x-download-options': ['page'],
  'x-frame-options': ['page', 'raw'],
  'x-permitted-cross-domain-policies': ['page'],
  'x-xss-protection': ['page'],
  'cache-control': ['page', 'api', 'raw'],
}

/** An API response that is opened as a page loads nothing and cannot be framed. */
const API_POLICY = "default-src 'none';frame-ancestors 'none'"

export type SecurityHeaders = Readonly<Record<ResponseKind, Readonly<Record<string, string>>>>

/** Computes the headers of every kind of response, once: none of them depends on the request. */
export async function securityHeadersOf(options: SecurityHeadersOptions): Promise<SecurityHeaders> {
  const values: Record<string, string> = {
    ...(await helmetHeaders(helmetOptions(options))),
    'cache-control': 'no-store',
  }
  const carriedBy = (kind: ResponseKind) =>
    Object.fromEntries(
      Object.entries(CARRIED_BY).flatMap(([name, kinds]) => {
        const value = values[name]
        return kinds.includes(kind) && value !== undefined ? [[name, value]] : []
      }),
    )
  return {
    page: carriedBy('page'),
    api: { 'content-security-policy': API_POLICY, ...carriedBy('api') },
    raw: carriedBy('raw'),
  }
}

/**
 * The policy allows nothing inline and nothing from elsewhere but the bank's renewal. `Referrer-Policy` is `same-origin`
 * and not `no-referrer`: the latter makes a form's `Origin` null, which the same-origin rule must refuse.
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

/** The headers that helmet sets. It builds the policy anew for each request, so one request is enough. */
async function helmetHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const app = Fastify()
  await app.register(helmet, options)
  app.get('/', (_request: unknown, reply: FastifyReply) => reply.send())
  const { headers } = await app.inject('/')
  await app.close()
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** Sets the security headers of every response before its handler runs: a handler may replace one. */
export const securityHeaders = fastifyPlugin<{ readonly headers: SecurityHeaders }>(
  async (app, { headers: { page, api } }) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(isApiPath(request.url) ? api : page)
      done()
    })
  },
  { name: '@signet/security-headers', fastify: '5.x' },
)
