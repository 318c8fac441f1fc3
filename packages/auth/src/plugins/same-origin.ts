import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { AuthError } from '../errors.js'

export interface SameOriginOptions {
  /** This service's own public origin. The sibling app counts as foreign. */
  readonly origin: string
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses state changes that another site asks a browser to make (CSRF), without tokens in forms.
 *
 * `SameSite=Lax` does not protect from a sibling host under the same parent domain. The browser's own headers decide:
 * `Sec-Fetch-Site` where it is sent (W3C Fetch Metadata), else `Origin` (RFC 6454). A client that sends neither is not a
 * browser and carries no other user's cookies.
 *
 * Does *not* guard safe methods: a GET must not change anything.
 */
export const sameOrigin = fastifyPlugin<SameOriginOptions>(
  async (app, { origin }) => {
    app.addHook('onRequest', function refuseCrossSite(request: FastifyRequest, _reply, done) {
      if (SAFE_METHODS.has(request.method)) {
        done()
        return
      }
      const site = request.headers['sec-fetch-site']
      const claimed = request.headers.origin
      const own =
        site !== undefined ? site === 'same-origin' || site === 'none' : claimed === undefined || claimed === origin
      if (own) done()
      else done(new AuthError('cross_site_request', `sec-fetch-site: ${site}, origin: ${claimed}`))
    })
  },
  { name: '@signet/same-origin', fastify: '5.x' },
)
