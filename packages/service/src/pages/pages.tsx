import { AuthError, type Identity, isUuid } from '@signet/auth/verifier'
import { assetUrl, type Brand, ErrorPage, type PageFrame, renderDocument } from '@signet/ui'
import type { FastifyContextConfig, FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { ComponentChildren, VNode } from 'preact'
import type { Problem } from '../http/errors.js'

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
    const slots: PageSlots = { navigation: [], footerLinks: [], stylesheets: [], notices: [], panels: [] }
    const frame = createFrame(options, slots)
    app.decorate('pageSlots', slots)
    app.decorateRequest('pageFrame', function pageFrame(this: FastifyRequest, current?: string) {
      return frame(this, current)
    })
    app.decorateReply('page', function page(this: FastifyReply, node: VNode) {
      return this.type('text/html; charset=utf-8').send(renderDocument(node))
    })
  },
  { name: '@signet/pages', dependencies: ['@signet/theme'] },
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

/** Returns when a request arrived: the time for whatever is decided and stored for it. */
export const timeOf = ({ receivedAtMs }: FastifyRequest): Date => new Date(receivedAtMs)

/** Renders a part of a page for a request. Returns undefined when it has nothing to show. */
export type PagePart = (request: FastifyRequest) => ComponentChildren

interface PageLink {
  readonly label: string
  readonly href: string
}

export interface NavigationLink extends PageLink {
  /** Key of the link. A page with this key marks it as the current one. */
  readonly key: string
}

/** Slots of every page that plugins can fill before the service is ready. */
interface PageSlots {
  /** Links at the end of a signed-in user's main navigation. */
  readonly navigation: NavigationLink[]
  readonly footerLinks: PageLink[]
  /** URLs of style sheets, loaded after the product's own. */
  readonly stylesheets: string[]
  /** Parts between the masthead and the content. */
  readonly notices: PagePart[]
  /** Parts above the footer. */
  readonly panels: PagePart[]
}

/** Renders the parts of one slot, in the order in which they were added. */
export const renderParts = (parts: readonly PagePart[], request: FastifyRequest): ComponentChildren =>
  parts.length === 0 ? undefined : parts.map((part) => part(request))

interface Read<Body, Params, Querystring> {
  body: Body
  params: Params
  querystring: Querystring
}

/**
 * Returns the options of a route that responds with a page, from its config and the schemas of what it reads. The API's description
 * omits the route.
 */
export function pageRoute<Body, Params, Querystring>({
  body,
  params,
  querystring,
  ...config
}: FastifyContextConfig & Partial<Read<Body, Params, Querystring>> = {}) {
  // Fastify warns of a schema that is undefined.
  const given = Object.entries({ body, params, querystring }).filter(([, schema]) => schema !== undefined)
  const schema = { hide: true, ...(Object.fromEntries(given) as unknown as Read<Body, Params, Querystring>) }
  return { config: { ...config, page: true as const }, schema }
}

interface FrameOptions {
  readonly brand: Brand
  readonly bankUrl: string
  readonly seenCookie: string
  /** The other app's public origin. */
  readonly siblingUrl: string
  /** Public origin of the third app, if there is one. */
  readonly insuranceUrl: string | undefined
  /** The main navigation of a signed-in user. */
  readonly navigation: readonly NavigationLink[]
}

const API_LINK: PageLink = { label: 'API for developers', href: '/docs' }

/** Returns a function that builds the frame of a page for a request. */
function createFrame(options: FrameOptions, slots: PageSlots) {
  const { brand, bankUrl, seenCookie, siblingUrl, insuranceUrl, navigation } = options
  const stylesheet = assetUrl('signet.css')
  return (request: FastifyRequest, current?: string): PageFrame => ({
    brand,
    theme: request.theme,
    path: pathOf(request),
    person: personOf(request),
    nav: request.identity
      ? [...navigation, ...slots.navigation].map(({ key, label, href }) => ({ label, href, current: key === current }))
      : [],
    siblingUrl: `${siblingUrl}/`,
    insuranceUrl: insuranceUrl && `${insuranceUrl}/`,
    stylesheets: [stylesheet, ...slots.stylesheets],
    renewalUrl: `${bankUrl}/renewal`,
    seenCookie,
    notice: renderParts(slots.notices, request),
    panel: renderParts(slots.panels, request),
    footer: (
      <ul class="foot-links">
        {[...slots.footerLinks, API_LINK].map(({ label, href }) => (
          <li key={href}>
            <a href={href}>{label}</a>
          </li>
        ))}
      </ul>
    ),
  })
}

/** Returns the path and query of a page. After a POST, returns the form's URL if it can be requested with GET. */
function pathOf({ method, url, server, routeOptions }: FastifyRequest): string {
  return method === 'GET' || server.hasRoute({ method: 'GET', url: routeOptions.url ?? '' }) ? url : '/'
}

function personOf({ identity }: FastifyRequest): PageFrame['person'] {
  if (!identity) return undefined
  const { id, username, name } = identity
  return { id, username, name }
}

const TITLES: Readonly<Record<string, string>> = {
  not_found: 'Page not found',
  cross_site_request: 'This request came from elsewhere',
  unavailable: 'We cannot answer right now',
  internal: 'Something went wrong',
}

export function problemPage(frame: PageFrame, { statusCode, code, sentence }: Problem, requestId: string): VNode {
  return (
    <ErrorPage
      {...frame}
      status={statusCode}
      title={TITLES[code] ?? 'This did not work'}
      sentence={sentence}
      requestId={requestId}
    />
  )
}
