import type { StrategyName } from '@signet/auth/verifier'
import {
  assetUrl,
  Button,
  type Choice,
  Columns,
  Disclosure,
  ErrorNotice,
  Field,
  Form,
  Notice,
  Page,
  type PageFrame,
  Panel,
  PasskeyButton,
  PasswordField,
  RadioGroup,
} from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { FormKey } from '../form-key.js'

export interface SignInPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  error?: string
  /** Why the user was sent here. */
  notice?: { kind: 'info' | 'success'; text: string }
  strategies: readonly StrategyName[]
  strategy?: StrategyName | undefined
  slots: { beside: ComponentChildren; belowStrategies: ComponentChildren }
}

const APPROACHES: Readonly<Record<StrategyName, Omit<Choice, 'value'>>> = {
  jwt: { label: 'A signed token', hint: 'Works at every app. Each one verifies the signature itself.' },
  session: { label: 'A session in one server’s memory', hint: 'Works at one process only.' },
  'shared-session': {
    label: 'A session in a shared store',
    hint: 'Works at the bank and at retirement. Each one queries the store for every request.',
  },
}

export function SignInPage({ frame, returnTo, username, error, notice, slots, ...props }: SignInPageProps): VNode {
  const { strategies, strategy = 'jwt' } = props
  const query = new URLSearchParams({ return_to: returnTo })
  return (
    <Page
      {...frame}
      scripts={[assetUrl('passkey.js')]}
      title="Sign in"
      lead="One sign-in for Signet Bank and Signet Retirement."
    >
      {notice && !error && (
        <Notice kind={notice.kind}>
          <p>{notice.text}</p>
        </Notice>
      )}
      <ErrorNotice text={error} />
      <Columns>
        <Panel>
          <Form label="Sign in">
            <input type="hidden" name="return_to" value={returnTo} />
            <FormKey />
            <Field label="Username" name="username" value={username} autocomplete="username webauthn" required />
            <PasswordField label="Password" name="password" required />
            <Disclosure summary="Compare approaches" open={strategy !== 'jwt'}>
              <RadioGroup
                label="Remember me with"
                name="strategy"
                value={strategy}
                options={strategies.map((value) => ({ value, ...APPROACHES[value] }))}
              />
              {slots.belowStrategies}
            </Disclosure>
            <Button>Sign in</Button>
            <PasskeyButton options="/api/login/passkey/options" action="/sign-in/passkey" autofill>
              Use a passkey
            </PasskeyButton>
          </Form>
          <p>
            New here?{' '}
            <a href={`/register?${query}`} data-keeps-fragment>
              Open an account
            </a>
          </p>
          <p>
            <a href={`/sign-in/recovery-code?${query}`}>Use a recovery code</a>
          </p>
        </Panel>
        {slots.beside}
      </Columns>
    </Page>
  )
}
