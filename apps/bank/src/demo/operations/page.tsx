import { demoAssetUrl } from '@signet/demo'
import { Page, type PageFrame } from '@signet/ui'
import type { VNode } from 'preact'
import type { ServicesState } from './poll-services.js'
import { ServiceSection } from './service-section.js'

export interface OperationsPageProps {
  readonly frame: PageFrame
  readonly look: ServicesState
}

/** Shows the health of both services in a few numbers. */
export function OperationsPage({ frame, look }: OperationsPageProps): VNode {
  const at = new Date(look.atMs).toISOString()
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('bars.css'), demoAssetUrl('operations.css')]}
      scripts={[demoAssetUrl('operations.js')]}
      title="Operations"
      lead="The state of every replica of both services, read from its /metrics. The figures contain no personal data."
    >
      <div class="operations-bar">
        <form class="refresh" hidden>
          <label>
            <input type="checkbox" checked /> Refresh every 3 seconds
          </label>
        </form>
        <a href="/operations">Refresh</a>
      </div>
      <div id="operations">
        <p class="muted small">
          Updated at <time dateTime={at}>{`${at.slice(11, 19)} UTC`}</time>. The figures exclude health checks, metrics,
          status lists, static files and this page. Lines show the last 15 minutes, as far as this page was open.
        </p>
        {look.services.map((service) => (
          <ServiceSection key={service.name} service={service} nowMs={look.atMs} />
        ))}
      </div>
    </Page>
  )
}
