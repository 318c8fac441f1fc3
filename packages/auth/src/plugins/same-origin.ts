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
 * `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454). Each must name this service if the client sends it. A client
 * that sends neither is not a browser and carries no other user's cookies.
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
      if (site !== undefined && site !== 'same-origin' && site !== 'none') refuse(done, 'Sec-Fetch-Site')
      else if (claimed !== undefined && claimed !== origin) refuse(done, 'Origin')
      else done()
    })
  },
  { name: '@signet/same-origin', fastify: '5.x' },
)

/** The detail names the header and not its value: the client chose that, and details are logged. */
const refuse = (done: (error: Error) => void, header: string): void =>
  done(new AuthError('cross_site_request', `${header} names another site`))
