import { DEMO_PEOPLE } from '@signet/contracts'
import {
  Button,
  Columns,
  DemoSignIns,
  Field,
  Form,
  Notice,
  Page,
  type PageFrame,
  Panel,
  PasswordField,
} from '@signet/ui'
import type { VNode } from 'preact'

/** What the demo has to show; each asks for a sign-in and goes on from there. */
const LABS = [
  {
    label: 'A token, opened',
    href: '/token',
    what: 'Read the token that signs you in at both apps, change it, and see it refused.',
  },
]

export interface SignInPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  /** Why the last attempt failed. */
  error?: string
  /** Why the person is here. */
  notice?: { kind: 'info' | 'success'; text: string }
  demo: boolean
}

export function SignInPage({ frame, returnTo, username, error, notice, demo }: SignInPageProps): VNode {
  const query = new URLSearchParams({ return_to: returnTo })
  return (
    <Page {...frame} title="Sign in" lead="One sign-in for Signet Bank and Signet Retirement.">
      {notice && !error && (
        <Notice kind={notice.kind}>
          <p>{notice.text}</p>
        </Notice>
      )}
      {error && (
        <Notice kind="error">
          <p>{error}</p>
        </Notice>
      )}
      <Columns>
        <Panel>
          <Form action="/sign-in" label="Sign in">
            <input type="hidden" name="return_to" value={returnTo} />
            <Field label="Username" name="username" value={username} autocomplete="username" required maxLength={64} />
            <PasswordField label="Password" name="password" required />
            <Button>Sign in</Button>
          </Form>
          <p>
            New here? <a href={`/register?${query}`}>Open an account</a>
          </p>
        </Panel>
        {demo && <DemoSignIns people={Object.values(DEMO_PEOPLE)} then={LABS} />}
      </Columns>
    </Page>
  )
}
