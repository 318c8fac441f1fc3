import type { VNode } from 'preact'
import { ButtonLink } from './button.js'
import { Page, type PageFrame } from './layout.js'

export interface ErrorPageProps extends PageFrame {
  status: number
  title: string
  /** What happened and what the user can do next, without internals. */
  sentence: string
  /** Identifies the log line. */
  requestId?: string | undefined
}

/** The page of an error response. */
export function ErrorPage({ status, title, sentence, requestId, ...frame }: ErrorPageProps): VNode {
  return (
    <Page {...frame} title={title} eyebrow={`Error ${status}`} lead={sentence}>
      <p class="actions">
        <ButtonLink href="/">Back to the start</ButtonLink>
      </p>
      {requestId !== undefined && (
        <p class="muted small">
          Reference for support: <code>{requestId}</code>
        </p>
      )}
    </Page>
  )
}
