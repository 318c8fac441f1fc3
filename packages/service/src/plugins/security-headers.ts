import helmet from '@fastify/helmet'
import fastifyPlugin from 'fastify-plugin'

export interface SecurityHeadersOptions {
  /** Where a form may lead, redirects included: both apps. */
  readonly formOrigins: readonly string[]
  readonly https: boolean
}

/**
 * Headers for every answer. The policy allows nothing inline and nothing from elsewhere. `Referrer-Policy: same-origin`
 * and not `no-referrer`, because the latter makes a form's `Origin` null, which the same-origin rule must refuse.
 */
export const securityHeaders = fastifyPlugin<SecurityHeadersOptions>(
  async (app, { formOrigins, https }) => {
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'"],
          connectSrc: ["'self'"],
          formAction: ["'self'", ...formOrigins],
          frameAncestors: ["'none'"],
          baseUri: ["'none'"],
        },
      },
      referrerPolicy: { policy: 'same-origin' },
      frameguard: { action: 'deny' },
      strictTransportSecurity: https,
    })
    // Set before the handler, so that a handler which knows better (a style sheet) has the last word.
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
  },
  { name: '@signet/security-headers', fastify: '5.x' },
)
