import type { ComponentChildren, VNode } from 'preact'

/** A number that the page is about, as a balance, under its name. */
export function Figure({ label, children }: { label: string; children?: ComponentChildren }): VNode {
  return (
    <dl class="figure">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </dl>
  )
}
