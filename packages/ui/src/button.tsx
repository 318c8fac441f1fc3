import type { ComponentChildren, VNode } from 'preact'

export type ButtonKind = 'primary' | 'secondary' | 'quiet'

interface ButtonProps {
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

interface PasskeyButtonProps {
  /** Path that responds with the options of the ceremony. */
  options: string
  /** Body of that request. */
  body?: object
  /** `create` for a new passkey. Default `get`. */
  ceremony?: 'create' | 'get'
  /** Where the form is sent with the passkey's response. Default: the form's own action. */
  action?: string
  /** Whether the browser may offer passkeys in the username field. */
  autofill?: boolean
  /** Why the last response was refused. */
  problem?: string | undefined
  /** Shown where the browser or JavaScript is missing. */
  without?: string
  children?: ComponentChildren
}

/**
 * A button of a form that uses a passkey instead of the form's own fields. `passkey.js` shows it where the browser supports
 * passkeys, and sends the form with the response as `credential`.
 */
export function PasskeyButton(props: PasskeyButtonProps): VNode {
  return (
    <div
      class="passkey"
      data-ceremony={props.ceremony ?? 'get'}
      data-options={props.options}
      data-body={props.body && JSON.stringify(props.body)}
      data-autofill={props.autofill}
    >
      <input type="hidden" name="credential" />
      <p
        class="field-error"
        role={props.problem === undefined ? undefined : 'alert'}
        hidden={props.problem === undefined}
      >
        {props.problem}
      </p>
      {props.without !== undefined && (
        <p class="hint" data-unsupported>
          {props.without}
        </p>
      )}
      <button type="submit" class="button button-secondary" formAction={props.action} formNoValidate hidden>
        {props.children}
      </button>
    </div>
  )
}
