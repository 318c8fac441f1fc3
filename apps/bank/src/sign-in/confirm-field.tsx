import { type PageFrame, PasswordField } from '@signet/ui'
import type { VNode } from 'preact'

export interface ConfirmFieldProps {
  frame: PageFrame
  /** Default `Password`. */
  label?: string
  /** Default `password`. */
  name?: string
  error?: string | undefined
}

/** Password managers look for whose password it is. It has no name and is not sent. */
export const UsernameForPasswordManagers = ({ frame: { person } }: { frame: PageFrame }): VNode => (
  <input type="text" autocomplete="username" value={person?.username} readOnly hidden />
)

/** Asks a signed-in user for the password again. */
export const ConfirmField = ({ frame, label = 'Password', name = 'password', error }: ConfirmFieldProps): VNode => (
  <>
    <UsernameForPasswordManagers frame={frame} />
    <PasswordField label={label} name={name} error={error} required />
  </>
)
