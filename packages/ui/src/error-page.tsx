import type { VNode } from 'preact'
import { ButtonLink } from './button.js'
import { Page, type PageFrame } from './layout.js'

export interface ErrorPageProps extends PageFrame {
  status: number
  title: string
  /** What happened and what the reader can do, without internals. */
  sentence: string
  /** What support needs to find the log line. */
  requestId?: string | undefined
  homeHref?: string | undefined
}

/** The page for an answer that is not the one asked for. */
export function ErrorPage({ status, title, sentence, requestId, homeHref = '/', ...frame }: ErrorPageProps): VNode {
  return (
    <Page {...frame} title={title} eyebrow={`Error ${status}`} lead={sentence}>
      <p class="actions">
        <ButtonLink href={homeHref}>Back to the start</ButtonLink>
      </p>
      {requestId !== undefined && (
        <p class="muted small">
          Reference for support: <code>{requestId}</code>
        </p>
      )}
    </Page>
  )
}
