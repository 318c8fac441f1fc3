import type { ComponentChildren, VNode } from 'preact'

export type ButtonKind = 'primary' | 'secondary' | 'quiet'

export interface ButtonProps {
  kind?: ButtonKind | undefined
  type?: 'submit' | 'button' | undefined
  name?: string | undefined
  value?: string | undefined
  /** Accessible name, for pages with several buttons of the same text. */
  label?: string | undefined
  children?: ComponentChildren
}

/** A button. Use one primary button per form. */
export function Button({ kind = 'primary', type = 'submit', name, value, label, children }: ButtonProps): VNode {
  return (
    <button class={`button button-${kind}`} type={type} name={name} value={value} aria-label={label}>
      {children}
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink(props: {
  href: string
  kind?: ButtonKind | undefined
  children?: ComponentChildren
}): VNode {
  return (
    <a class={`button button-${props.kind ?? 'primary'}`} href={props.href}>
      {props.children}
    </a>
  )
}
