import { assetUrl, type Brand, ErrorPage, type PageFrame } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { Problem } from '../http/problem.js'
import { type NavigationLink, type PageLink, type PageSlots, renderParts } from './page-slots.js'

export interface FrameOptions {
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
export function createFrame(options: FrameOptions, slots: PageSlots) {
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
