import type { ComponentChildren, VNode } from 'preact'

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
