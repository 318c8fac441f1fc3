import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { AuthError } from '../errors.js'

export interface SameOriginOptions {
  /** This service's public origin. The sibling app counts as foreign. */
  readonly origin: string
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses cross-site state changes (CSRF) without tokens in forms.
 *
 * `SameSite=Lax` does not protect from a sibling host under the same parent domain, so the browser's headers decide:
 * `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454). Each must name this service if it is present. A client that sends
 * neither is not a browser and carries no other user's cookies.
 *
 * Does *not* check safe methods: a GET must not change anything.
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

/** Names the header but not its value in the log: the client chose the value. */
const refuse = (done: (error: Error) => void, header: string): void =>
  done(new AuthError('cross_site_request', `${header} names another site`))
