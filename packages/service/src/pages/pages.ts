import { AuthError, type Identity } from '@signet/auth/verifier'
import { renderDocument } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { isUuid } from '../uuid.js'

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a whole page. */
    page(node: VNode): FastifyReply
  }
}

export const pages = fastifyPlugin(
  async (app) => {
    app.decorateReply('page', function page(this: FastifyReply, node: VNode) {
      return this.type('text/html; charset=utf-8').send(renderDocument(node))
    })
  },
  { name: '@signet/pages', fastify: '5.x' },
)

/**
 * Who is signed in, on a route that requires it and looks them up. A route that forgot to require it fails here, closed.
 *
 * @throws {AuthError} `token_claims_invalid` for ids that no database of ours could hold: with a shared secret, others
 *   than the bank can sign too.
 */
export function signedIn(request: FastifyRequest): Identity {
  const { identity } = request
  if (!identity) throw new TypeError('this route must require a sign-in')
  if (!isUuid(identity.id) || !isUuid(identity.sid))
    throw new AuthError('token_claims_invalid', 'an id that is no UUID')
  return identity
}
