import type { ComponentChildren, VNode } from 'preact'

export interface SectionProps {
  title: string
  /** Target of links. */
  id: string
  /** Shown at the end of the heading's line. */
  action?: ComponentChildren
  children?: ComponentChildren
}

/** A part of a page with an `h2`. */
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

/** A box, for example around a form. */
export function Panel({ children }: { children?: ComponentChildren }): VNode {
  return <div class="panel">{children}</div>
}

/** Two columns on wide screens, the first one wider. */
export function Columns({ children }: { children?: ComponentChildren }): VNode {
  return <div class="columns">{children}</div>
}
