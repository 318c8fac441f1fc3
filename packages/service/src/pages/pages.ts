import { AuthError, type Identity } from '@signet/auth/verifier'
import { type PageFrame, renderDocument } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { isUuid } from '../uuid.js'
import { createFrame, type FrameOptions } from './frame.js'
import { emptyPageSlots, type PageSlots } from './page-slots.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly pageSlots: PageSlots
  }
  interface FastifyRequest {
    /** What stands around the content of a page; `current` is the key of the navigation link that it belongs to. */
    pageFrame(current?: string): PageFrame
  }
  interface FastifyReply {
    /** Sends a whole page. */
    page(node: VNode): FastifyReply
  }
}

/** Renders pages: their frame, with slots that other plugins fill, and the document. */
export const pages = fastifyPlugin<FrameOptions>(
  async (app, options) => {
    const slots = emptyPageSlots()
    const frame = createFrame(options, slots)
    app.decorate('pageSlots', slots)
    app.decorateRequest('pageFrame', function pageFrame(this: FastifyRequest, current?: string) {
      return frame(this, current)
    })
    app.decorateReply('page', function page(this: FastifyReply, node: VNode) {
      return this.type('text/html; charset=utf-8').send(renderDocument(node))
    })
  },
  { name: '@signet/pages', fastify: '5.x', dependencies: ['@signet/theme'] },
)

/**
 * The signed-in user, on a route that requires one and looks it up. A route that forgot to require it fails here, closed.
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
