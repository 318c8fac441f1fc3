import { ButtonLink, FormPage, type PageFrame, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import { ConfirmField, NewPasswordField, UsernameForPasswordManagers } from '../sign-in/confirm-field.js'

export const PASSWORD_PATH = '/security/password'
export const REMOVAL_PATH = '/security/password/remove'

export interface PasswordSectionProps {
  hasPassword: boolean
  changedAt: Date | null
  isRemovable: boolean
}

export function PasswordSection({ hasPassword, changedAt, isRemovable }: PasswordSectionProps): VNode {
  return (
    <Section
      title="Password"
      id="password"
      action={
        <ButtonLink href={PASSWORD_PATH} kind="secondary">
          {hasPassword ? 'Change the password' : 'Set a password'}
        </ButtonLink>
      }
    >
      {!hasPassword && <p>You sign in without a password.</p>}
      {hasPassword && changedAt && (
        <p>
          Changed <When at={changedAt} time />.
        </p>
      )}
      {hasPassword && isRemovable && (
        <p>
          <a href={REMOVAL_PATH}>Remove the password</a>
        </p>
      )}
      {hasPassword && !isRemovable && (
        <p class="muted">You can remove it once you have two passkeys, or a passkey and recovery codes.</p>
      )}
    </Section>
  )
}

export interface PasswordPageProps {
  frame: PageFrame
  hasPassword: boolean
  /** Whether the user has just authenticated without a password. */
  omitsCurrent: boolean
  currentProblem?: string | undefined
  newProblem?: string | undefined
  error?: string | undefined
}

export function PasswordPage({ frame, hasPassword, omitsCurrent, ...problems }: PasswordPageProps): VNode {
  const instead = !hasPassword && !omitsCurrent && (
    <p>
      <a href="/security#confirm">Confirm with a passkey</a>, or sign in again with a passkey or a recovery code. Then
      you have five minutes to set a password.
    </p>
  )
  return (
    <FormPage
      {...frame}
      title={hasPassword ? 'Change your password' : 'Set a password'}
      lead="This signs you out everywhere else."
      error={problems.error}
      action={PASSWORD_PATH}
      label="Change the password"
      submit={hasPassword ? 'Change the password' : 'Set the password'}
      cancel="/security"
      instead={instead}
    >
      {omitsCurrent ? (
        <UsernameForPasswordManagers frame={frame} />
      ) : (
        <ConfirmField frame={frame} label="Current password" name="current_password" error={problems.currentProblem} />
      )}
      <NewPasswordField label="New password" name="new_password" error={problems.newProblem} />
    </FormPage>
  )
}

export interface RemovalPageProps {
  frame: PageFrame
  asksPassword: boolean
  passwordProblem?: string | undefined
  error?: string | undefined
}

export const RemovalPage = ({ frame, asksPassword, passwordProblem, error }: RemovalPageProps): VNode => (
  <FormPage
    {...frame}
    title="Remove your password"
    lead="You then sign in with your passkeys and recovery codes only. This signs you out everywhere else."
    error={error}
    action={REMOVAL_PATH}
    label="Remove the password"
    submit="Remove the password"
    cancel="/security"
  >
    {asksPassword && <ConfirmField frame={frame} error={passwordProblem} />}
  </FormPage>
)
