import type { VNode } from 'preact'

export interface PagerProps {
  /** Accessible name, for example `Entries`. */
  label: string
  newerHref?: string | undefined
  olderHref?: string | undefined
}

/** Links to the previous and next page. Renders nothing for a single page. */
export function Pager({ label, newerHref, olderHref }: PagerProps): VNode | null {
  if (newerHref === undefined && olderHref === undefined) return null
  return (
    <nav class="pager" aria-label={`${label}: more pages`}>
      {newerHref !== undefined && (
        <a class="button button-secondary" rel="prev" href={newerHref}>
          Newer
        </a>
      )}
      {olderHref !== undefined && (
        <a class="button button-secondary pager-older" rel="next" href={olderHref}>
          Older
        </a>
      )}
    </nav>
  )
}
