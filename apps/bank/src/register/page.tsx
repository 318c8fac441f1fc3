import { MIN_PASSWORD_CHARACTERS } from '@signet/auth/issuer'
import { Button, ErrorNotice, Field, Form, Page, type PageFrame, Panel, PasswordField } from '@signet/ui'
import type { VNode } from 'preact'
import { FormKey } from '../form-key.js'
import type { RegistrationProblems } from './rules.js'

export interface RegisterPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  name?: string
  problems?: RegistrationProblems
  /** Why no account was opened, for a problem that no field has. */
  error?: string
}

export function RegisterPage({ frame, returnTo, username, name, problems = {}, error }: RegisterPageProps): VNode {
  const message =
    error ??
    (Object.keys(problems).length > 0
      ? 'No account was opened yet. Correct the marked fields and try again.'
      : undefined)
  return (
    <Page {...frame} title="Open an account" lead="One sign-in for Signet Bank and Signet Retirement.">
      <ErrorNotice text={message} />
      <Panel>
        <Form label="Open an account">
          <input type="hidden" name="return_to" value={returnTo} />
          <FormKey />
          <Field
            label="Username"
            name="username"
            value={username}
            error={problems.username}
            hint="3 to 32 letters, digits, dots, dashes or underscores"
            autocomplete="username"
            required
          />
          <Field
            label="Name"
            name="name"
            value={name}
            error={problems.name}
            autocomplete="name"
            autocapitalize="words"
            required
          />
          <PasswordField
            label="Password"
            name="password"
            error={problems.password}
            hint={`At least ${MIN_PASSWORD_CHARACTERS} characters. A few words are easy to remember.`}
            autocomplete="new-password"
            required
            minLength={MIN_PASSWORD_CHARACTERS}
          />
          <Button>Open my account</Button>
        </Form>
        <p>
          Already a customer? <a href={`/sign-in?${new URLSearchParams({ return_to: returnTo })}`}>Sign in</a>
        </p>
      </Panel>
    </Page>
  )
}
