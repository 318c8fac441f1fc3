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
 * The kind of a response. `page`: anything that a browser may show as a document. `api`: JSON under `/api/`. `raw`: written before
 * any plugin runs, for a request that cannot be parsed.
 */
type ResponseKind = 'page' | 'api' | 'raw'

/**
 * Security headers by kind of response. Values are helmet's defaults, except those in `helmetOptions`. API responses have only
 * the headers that apply to data: document headers would add a kilobyte to each. They have no `X-Frame-Options`, because
 * `frame-ancestors` replaces it (CSP Level 3).
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

/** An API response opened as a document loads nothing and cannot be framed. */
const API_POLICY = "default-src 'none';frame-ancestors 'none'"

export type SecurityHeaders = Readonly<Record<ResponseKind, Readonly<Record<string, string>>>>

/** Computes the headers of each kind once. None of them depends on the request. */
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
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** Sets the security headers before the handler runs, so that a handler can replace one. */
export const securityHeaders = fastifyPlugin<{ readonly headers: SecurityHeaders }>(
  async (app, { headers: { page, api } }) => {
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(isApiPath(request.url) ? api : page)
      done()
    })
  },
  { name: '@signet/security-headers', fastify: '5.x' },
)
