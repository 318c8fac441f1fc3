import { MIN_PASSWORD_CHARACTERS } from '@signet/auth/issuer'
import { type PageFrame, PasswordField } from '@signet/ui'
import type { VNode } from 'preact'

export interface ConfirmFieldProps {
  frame: Pick<PageFrame, 'person'>
  label?: string
  name?: string
  hint?: string
  error?: string | undefined
}

/** Password managers look for whose password it is. It has no name and is not sent. */
export const UsernameForPasswordManagers = ({ frame: { person } }: Pick<ConfirmFieldProps, 'frame'>): VNode => (
  <input type="text" autocomplete="username" value={person?.username} readOnly hidden />
)

/** Asks for a new password, and says how long it must be. */
export const NewPasswordField = (props: { label: string; name: string; error: string | undefined }): VNode => (
  <PasswordField
    {...props}
    hint={`At least ${MIN_PASSWORD_CHARACTERS} characters. A few words are easy to remember.`}
    autocomplete="new-password"
    required
    minLength={MIN_PASSWORD_CHARACTERS}
  />
)

export const ConfirmField = ({ frame, label = 'Password', name = 'password', ...props }: ConfirmFieldProps): VNode => (
  <>
    <UsernameForPasswordManagers frame={frame} />
    <PasswordField label={label} name={name} {...props} required />
  </>
)
