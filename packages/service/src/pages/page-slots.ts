import type { FastifyRequest } from 'fastify'
import type { ComponentChildren } from 'preact'

/** Renders a part of a page for a request; nothing where it has nothing to show. */
export type PagePart = (request: FastifyRequest) => ComponentChildren

export interface PageLink {
  readonly label: string
  readonly href: string
}

export interface NavigationLink extends PageLink {
  /** The part of the app that the link leads to: a page that names it is marked as the current one. */
  readonly key: string
}

/** Places on every page that a plugin can fill, before the service is ready. */
export interface PageSlots {
  /** Links at the end of a signed-in user's main navigation. */
  readonly navigation: NavigationLink[]
  /** Links at the start of the foot. */
  readonly footerLinks: PageLink[]
  /** URLs of style sheets, loaded after the one of the product. */
  readonly stylesheets: string[]
  /** Between the masthead and the content. */
  readonly notices: PagePart[]
  /** Above the foot. */
  readonly panels: PagePart[]
}

export const emptyPageSlots = (): PageSlots => ({
  navigation: [],
  footerLinks: [],
  stylesheets: [],
  notices: [],
  panels: [],
})

/** Renders the parts that fill one slot. */
export const renderParts = (parts: readonly PagePart[], request: FastifyRequest): ComponentChildren =>
  parts.length === 0 ? undefined : parts.map((part) => part(request))
