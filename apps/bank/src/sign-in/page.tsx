import type { StrategyName } from '@signet/auth/verifier'
import { DEMO_PEOPLE } from '@signet/contracts'
import {
  Button,
  type Choice,
  Columns,
  DemoSignIns,
  Disclosure,
  Field,
  Form,
  Notice,
  Page,
  type PageFrame,
  Panel,
  PasswordField,
  RadioGroup,
} from '@signet/ui'
import type { VNode } from 'preact'

/** What the demo has to show; each asks for a sign-in and goes on from there. */
const LABS = [
  {
    label: 'Take the tour',
    href: '/tour',
    what: 'Ten steps through both apps: what a session cannot do, what a token can, and what it costs.',
  },
  {
    label: 'A token, opened',
    href: '/token',
    what: 'Read the token that signs you in at both apps, change it, and see it refused.',
  },
  {
    label: 'Three approaches compared',
    href: '/compare',
    what: 'Two kinds of session and the token side by side, measured on this machine when you press the button.',
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
  strategies: readonly StrategyName[]
  /** The one that was chosen before. */
  strategy?: StrategyName | undefined
  demo: boolean
}

const APPROACHES: Readonly<Record<StrategyName, Omit<Choice, 'value'>>> = {
  jwt: { label: 'A signed token', hint: 'Travels to both apps. Each checks the signature and asks nobody.' },
  session: { label: 'A session in one server’s memory', hint: 'Known to the process that made it and to no other.' },
  'shared-session': {
    label: 'A session in a shared store',
    hint: 'Known to both apps. Each asks the store at every request.',
  },
}

export function SignInPage({ frame, returnTo, username, error, notice, demo, ...props }: SignInPageProps): VNode {
  const { strategies, strategy = 'jwt' } = props
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
            <Disclosure summary="Compare approaches" open={strategy !== 'jwt'}>
              <RadioGroup
                label="Remember me with"
                name="strategy"
                value={strategy}
                options={strategies.map((value) => ({ value, ...APPROACHES[value] }))}
              />
              {demo && (
                <p>
                  <a href="/compare">What each of them costs, measured</a>
                </p>
              )}
            </Disclosure>
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
