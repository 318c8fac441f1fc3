import type { ComponentChildren, VNode } from 'preact'

export interface SectionProps {
  title: string
  /** Target of links, and what names the region. */
  id: string
  /** Stands at the end of the heading's line. */
  action?: ComponentChildren
  children?: ComponentChildren
}

/** A named part of a page, under an `h2`. */
export function Section({ title, id, action, children }: SectionProps): VNode {
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-heading">
        <h2 id={id}>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  )
}

/** A sheet on the page, for a form or a box that stands apart. */
export function Panel({ children }: { children?: ComponentChildren }): VNode {
  return <div class="panel">{children}</div>
}

/** Two parts side by side where there is room: the first wide, the second beside it. */
export function Columns({ children }: { children?: ComponentChildren }): VNode {
  return <div class="columns">{children}</div>
}
