import type { ComponentChildren, VNode } from 'preact'

interface SectionProps {
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

/** The page's main figure with its label, for example a balance. */
export function Figure({ label, children }: { label: string; children?: ComponentChildren }): VNode {
  return (
    <dl class="figure">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </dl>
  )
}

/** A list of terms and values. */
export function DescriptionList({ items }: { items: { term: string; value: ComponentChildren }[] }): VNode {
  return (
    <dl class="description">
      {items.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Content that is hidden until the user opens it. */
export function Disclosure(props: {
  summary: string
  open?: boolean | undefined
  children?: ComponentChildren
}): VNode {
  return (
    <details class="disclosure" open={props.open}>
      <summary>{props.summary}</summary>
      <div class="disclosure-body">{props.children}</div>
    </details>
  )
}
