import type { ComponentChildren, VNode } from 'preact'
import { Button } from './button.js'
import { Form, HiddenFields } from './forms.js'
import { Page, type PageProps } from './layout.js'
import { ErrorNotice } from './notice.js'
import { Panel } from './section.js'

export interface FormPageProps extends PageProps {
  /** Why the form was refused, for a problem that no field has. */
  error?: string | undefined
  /** See `Form`. */
  action?: string
  /** Accessible name of the form. */
  label: string
  hidden?: Readonly<Record<string, string | undefined>>
  /** Text of the button. */
  submit: string
  /** Where the user leaves the form to. Default: nowhere. */
  cancel?: string
  /** Shown below the form. */
  below?: ComponentChildren
  /** Shown instead of the form, when the user must do something else first. */
  instead?: ComponentChildren
}

/** A page with one form. */
export function FormPage({
  error,
  action,
  label,
  hidden,
  submit,
  cancel,
  below,
  instead,
  children,
  ...page
}: FormPageProps): VNode {
  return (
    <Page {...page}>
      <ErrorNotice text={error} />
      <Panel>
        {instead || (
          <Form action={action} label={label}>
            <HiddenFields values={hidden} />
            {children}
            {cancel === undefined ? (
              <Button>{submit}</Button>
            ) : (
              <p class="form-actions">
                <Button>{submit}</Button>
                <a href={cancel}>Cancel</a>
              </p>
            )}
          </Form>
        )}
        {below}
      </Panel>
    </Page>
  )
}
