import type { FastifyRequest } from 'fastify'
import type { ComponentChildren } from 'preact'

/** Renders a part of a page for a request. Returns undefined when it has nothing to show. */
export type PagePart = (request: FastifyRequest) => ComponentChildren

export interface PageLink {
  readonly label: string
  readonly href: string
}

export interface NavigationLink extends PageLink {
  /** Key of the link. A page with this key marks it as the current one. */
  readonly key: string
}

/** Slots of every page that plugins can fill before the service is ready. */
export interface PageSlots {
  /** Links at the end of a signed-in user's main navigation. */
  readonly navigation: NavigationLink[]
  /** Links at the start of the footer. */
  readonly footerLinks: PageLink[]
  /** URLs of style sheets, loaded after the product's own. */
  readonly stylesheets: string[]
  /** Parts between the masthead and the content. */
  readonly notices: PagePart[]
  /** Parts above the footer. */
  readonly panels: PagePart[]
}

export const emptyPageSlots = (): PageSlots => ({
  navigation: [],
  footerLinks: [],
  stylesheets: [],
  notices: [],
  panels: [],
})

/** Renders the parts of one slot. */
export const renderParts = (parts: readonly PagePart[], request: FastifyRequest): ComponentChildren =>
  parts.length === 0 ? undefined : parts.map((part) => part(request))
