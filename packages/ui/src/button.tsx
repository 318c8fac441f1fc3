import type { ComponentChildren, VNode } from 'preact'

export type ButtonKind = 'primary' | 'secondary' | 'quiet'

export interface ButtonProps {
  kind?: ButtonKind | undefined
  type?: 'submit' | 'button' | undefined
  name?: string | undefined
  value?: string | undefined
  /** For several equal buttons on one page: what this one is about, read out instead of its text. */
  label?: string | undefined
  children?: ComponentChildren
}

/** Does something. One primary button a form. */
export function Button({ kind = 'primary', type = 'submit', name, value, label, children }: ButtonProps): VNode {
  return (
    <button class={`button button-${kind}`} type={type} name={name} value={value} aria-label={label}>
      {children}
    </button>
  )
}

/** Goes somewhere, and is as weighty as a button. */
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
