import type { Identity } from '@signet/auth/verifier'
import { renderDocument } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'

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

/** Who is signed in, on a route that requires it. A route that forgot to require it fails here, closed. */
export function signedIn(request: FastifyRequest): Identity {
  if (!request.identity) throw new TypeError('this route must require a sign-in')
  return request.identity
}
