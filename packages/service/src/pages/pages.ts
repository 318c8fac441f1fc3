import { AuthError, type Identity, isUuid } from '@signet/auth/verifier'
import { type PageFrame, renderDocument } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { createFrame, type FrameOptions } from './frame.js'
import { emptyPageSlots, type PageSlots } from './page-slots.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly pageSlots: PageSlots
  }
  interface FastifyRequest {
    /** Returns the frame of a page. `current` is the key of its navigation link. */
    pageFrame(current?: string): PageFrame
  }
  interface FastifyReply {
    /** Sends a page as an HTML document. */
    page(node: VNode): FastifyReply
  }
}

/** Renders pages as documents, with a frame whose slots other plugins fill. */
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
 * Returns the authenticated user on a route that requires one. Throws a TypeError on a route that does not.
 *
 * @throws {AuthError} `token_claims_invalid` for ids that are no UUID: with a shared secret, others than the bank can sign too
 */
export function signedIn(request: FastifyRequest): Identity {
  const { identity } = request
  if (!identity) throw new TypeError('this route must require authentication')
  if (!isUuid(identity.id) || !isUuid(identity.sid))
    throw new AuthError('token_claims_invalid', 'an id that is no UUID')
  return identity
}
