import type { ComponentChildren, VNode } from 'preact'

/** The page's main figure with its label, for example a balance. */
export function Figure({ label, children }: { label: string; children?: ComponentChildren }): VNode {
  return (
    <dl class="figure">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </dl>
  )
}
