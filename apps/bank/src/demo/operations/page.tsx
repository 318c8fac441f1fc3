import { Page, type PageFrame } from '@signet/ui'
import type { VNode } from 'preact'
import type { Look } from './look.js'
import { ServiceSection } from './service-section.js'

export interface OperationsPageProps {
  readonly frame: PageFrame
  readonly look: Look
}

/** Both services in the few numbers that say whether they are well. */
export function OperationsPage({ frame, look }: OperationsPageProps): VNode {
  const at = new Date(look.atMs).toISOString()
  return (
    <Page
      {...frame}
      title="Operations"
      lead="What every replica of both services says of itself, read just now from its own /metrics. Nothing here is about anybody: these are numbers."
    >
      <div class="operations-bar">
        <form class="refresh" hidden>
          <label>
            <input type="checkbox" checked /> Refresh every three seconds
          </label>
        </form>
        <a href="/operations">Look again</a>
      </div>
      <div id="operations">
        <p class="muted small">
          Looked at <time dateTime={at}>{`${at.slice(11, 19)} UTC`}</time>. Not counted are health checks, fetches of
          status lists and of metrics, style sheets, and this page.
        </p>
        {look.services.map((service) => (
          <ServiceSection key={service.name} service={service} nowMs={look.atMs} />
        ))}
      </div>
    </Page>
  )
}
