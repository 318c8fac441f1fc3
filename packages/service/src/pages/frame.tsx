import { TOUR_STEPS } from '@signet/contracts'
import { assetUrl, type Brand, ErrorPage, type PageFrame, type TourPlace } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import type { Problem } from '../http/problem.js'
import { recognitionOf } from './recognition.js'

/** What is around the content of a page for this request; `current` names the part of the app it belongs to. */
export type Frame = (request: FastifyRequest, current?: string) => PageFrame

export interface FrameOptions {
  readonly brand: Brand
  readonly bankUrl: string
  /** The other app's public origin. */
  readonly siblingUrl: string
  /** The main navigation of a person who is signed in. */
  readonly nav: readonly { readonly key: string; readonly label: string; readonly href: string }[]
  /** Where it is shown how all of this works: in the foot of every page, for everybody. */
  readonly labs?: readonly { readonly label: string; readonly href: string }[]
  /** Whether every page tells how its request was recognised, by which process: for a demo. */
  readonly underTheHood?: boolean
}

export function createFrame(options: FrameOptions): Frame {
  const { brand, bankUrl, siblingUrl, nav, labs = [], underTheHood = false } = options
  const stylesheet = assetUrl('signet.css')
  return (request, current) => ({
    brand,
    theme: request.theme,
    path: request.method === 'GET' ? request.url : '/',
    person: request.identity ? { name: request.identity.name } : undefined,
    nav: request.identity ? nav.map(({ key, label, href }) => ({ label, href, current: key === current })) : [],
    siblingUrl: `${siblingUrl}/`,
    assets: { stylesheet },
    renewalUrl: `${bankUrl}/renewal`,
    tour: placeOf(request, bankUrl),
    underTheHood: underTheHood ? recognitionOf(request, brand) : undefined,
    footer: (
      <ul class="foot-links">
        {labs.map(({ label, href }) => (
          <li key={href}>
            <a href={href}>{label}</a>
          </li>
        ))}
        <li>
          <a href="/docs">API for developers</a>
        </li>
      </ul>
    ),
  })
}

function placeOf({ tour }: FastifyRequest, bankUrl: string): TourPlace | undefined {
  const title = tour && TOUR_STEPS[tour.step - 1]
  if (!title) return undefined
  const { step } = tour
  return { step, of: TOUR_STEPS.length, title, href: `${bankUrl}/tour/${step}`, leaveAction: '/tour/leave' }
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
