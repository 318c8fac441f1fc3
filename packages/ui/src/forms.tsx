import { type ComponentChildren, createContext, type VNode } from 'preact'
import { useContext } from 'preact/hooks'

/** The hidden field of every posted form: the id of the page's user, or nothing. */
export const FORM_USER_FIELD = 'signed_in_as'

/** The id of the page's user; empty when no user is signed in. */
export const FormUser = createContext('')

export interface FormProps {
  /** Default: the URL of the page with query and fragment. A browser keeps the fragment across redirects. */
  action?: string | undefined
  method?: 'post' | 'get' | undefined
  /** Accessible name, for pages with several forms. */
  label?: string | undefined
  /** Default `form`: one column. Empty for a single button. */
  class?: string | undefined
  children?: ComponentChildren
}

/**
 * A form, sent as `application/x-www-form-urlencoded`. A posted form contains the id of the page's user, and the service
 * refuses it when another user is signed in. The id is not a secret and authenticates no request.
 */
export function Form({ action, method = 'post', label, class: className = 'form', children }: FormProps): VNode {
  const userId = useContext(FormUser)
  return (
    <form class={className || undefined} method={method} action={action} aria-label={label}>
      {children}
      {method === 'post' && <input type="hidden" name={FORM_USER_FIELD} value={userId} />}
    </form>
  )
}

/** Hidden fields by name. Omits those that are undefined. */
export const HiddenFields = ({
  values = {},
}: {
  values?: Readonly<Record<string, string | undefined>> | undefined
}) => (
  <>
    {Object.entries(values).map(
      ([name, value]) => value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
    )}
  </>
)

/** Properties of all fields. `name` is also the element's id unless `id` is given. */
interface CommonFieldProps {
  label: string
  name: string
  id?: string | undefined
  hint?: ComponentChildren
  /** Why the value was refused. Screen readers announce it with the field. */
  error?: string | undefined
  required?: boolean | undefined
}

export interface FieldProps extends CommonFieldProps {
  type?: 'text' | 'password' | 'number' | 'date' | undefined
  /** The text that the user typed before. */
  value?: string | undefined
  autocomplete?: string | undefined
  inputMode?: 'text' | 'decimal' | 'numeric' | undefined
  minLength?: number | undefined
  /** A number, or a date such as `2026-11-30`. */
  min?: number | string | undefined
  max?: number | string | undefined
  /** Default `none`, without spell checking, for usernames and numbers. */
  autocapitalize?: 'none' | 'words' | 'sentences' | undefined
}

/** Returns the properties of a field by its name: what the user typed, and why it was refused. */
export const fieldsOf =
  <Name extends string>(values: Partial<Record<Name, string | undefined>>, problems: Partial<Record<Name, string>>) =>
  (name: Name) => ({ name, value: values[name], error: problems[name] })

/** A one-line input with label, hint and error. */
export function Field({ label, hint, error, id, type = 'text', autocomplete, ...attributes }: FieldProps): VNode {
  const common = {
    ...attributes,
    // Browsers offer numbers of other forms.
    autocomplete: autocomplete ?? (attributes.inputMode && 'off'),
    id: id ?? attributes.name,
    'aria-invalid': error === undefined ? undefined : true,
    'aria-describedby': describedBy(id ?? attributes.name, hint, error),
  }
  return (
    <FieldFrame id={common.id} label={label} hint={hint} error={error}>
      {type === 'text' ? (
        <input type="text" autocapitalize="none" autocorrect="off" spellcheck={false} {...common} />
      ) : (
        <input type={type} {...common} />
      )}
    </FieldFrame>
  )
}

export interface PasswordFieldProps extends CommonFieldProps {
  /** `new-password` for a new password. */
  autocomplete?: 'current-password' | 'new-password' | undefined
  minLength?: number | undefined
}

/** A password field. It has no `value`, so that a page never contains a typed password. */
export function PasswordField({ autocomplete = 'current-password', ...props }: PasswordFieldProps): VNode {
  return <Field {...props} type="password" autocomplete={autocomplete} />
}

export interface Choice {
  value: string
  label: string
  hint?: string | undefined
}

export interface SelectFieldProps extends CommonFieldProps {
  options: Choice[]
  value?: string | undefined
}

/** A drop-down list. */
export function SelectField(props: SelectFieldProps): VNode {
  const { id = props.name } = props
  return (
    <FieldFrame id={id} label={props.label} hint={props.hint} error={props.error}>
      <select
        id={id}
        name={props.name}
        required={props.required}
        aria-invalid={props.error === undefined ? undefined : true}
        aria-describedby={describedBy(id, props.hint, props.error)}
      >
        {props.options.map(({ value, label }) => (
          <option key={value} value={value} selected={value === props.value}>
            {label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

/** Radio buttons with a hint each. */
export function RadioGroup(props: SelectFieldProps): VNode {
  const { id = props.name } = props
  return (
    <fieldset class="field radios" aria-describedby={describedBy(id, props.hint, props.error)}>
      <legend>{props.label}</legend>
      <HintAndError id={id} hint={props.hint} error={props.error} />
      {props.options.map(({ value, label, hint }) => (
        <div key={value} class="radio">
          <input
            id={`${id}-${value}`}
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            required={props.required}
            aria-describedby={hint === undefined ? undefined : `${id}-${value}-hint`}
          />
          <label for={`${id}-${value}`}>{label}</label>
          {hint !== undefined && (
            <p class="hint" id={`${id}-${value}-hint`}>
              {hint}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  )
}

interface FieldFrameProps {
  id: string
  label: string
  hint: ComponentChildren
  error: string | undefined
  children: VNode
}

function FieldFrame(props: FieldFrameProps): VNode {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <HintAndError id={props.id} hint={props.hint} error={props.error} />
      {props.children}
    </div>
  )
}

function HintAndError({ id, hint, error }: { id: string; hint: ComponentChildren; error: string | undefined }): VNode {
  return (
    <>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  )
}

function describedBy(id: string, hint: ComponentChildren, error: string | undefined): string | undefined {
  const ids = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean)
  return ids.length > 0 ? ids.join(' ') : undefined
}
