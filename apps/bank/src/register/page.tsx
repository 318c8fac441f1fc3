import { Field, FormPage, fieldsOf, type PageFrame } from '@signet/ui'
import type { VNode } from 'preact'
import { FormKey } from '../form-key.js'
import { NewPasswordField } from '../sign-in/confirm-field.js'
import type { RegistrationProblems } from './rules.js'

export interface RegisterPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  name?: string
  problems?: RegistrationProblems
  error?: string
}

export function RegisterPage({ frame, returnTo, username, name, problems = {}, error }: RegisterPageProps): VNode {
  const message =
    error ??
    (Object.keys(problems).length > 0
      ? 'No account was opened yet. Correct the marked fields and try again.'
      : undefined)
  const field = fieldsOf({ username, name }, problems)
  const below = (
    <p>
      Already a customer? <a href={`/sign-in?${new URLSearchParams({ return_to: returnTo })}`}>Sign in</a>
    </p>
  )
  return (
    <FormPage
      {...frame}
      title="Open an account"
      lead="One sign-in for Signet Bank and Signet Retirement."
      error={message}
      label="Open an account"
      hidden={{ return_to: returnTo }}
      submit="Open my account"
      below={below}
    >
      <FormKey />
      <Field
        label="Username"
        {...field('username')}
        hint="3 to 32 letters, digits, dots, dashes or underscores"
        autocomplete="username"
        required
      />
      <Field label="Name" {...field('name')} autocomplete="name" autocapitalize="words" required />
      <NewPasswordField label="Password" name="password" error={problems.password} />
    </FormPage>
  )
}
