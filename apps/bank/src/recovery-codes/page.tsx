import { Button, ButtonLink, ErrorNotice, Field, Form, Page, type PageFrame, Panel, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import { FormKey } from '../form-key.js'
import { ConfirmField } from '../sign-in/confirm-field.js'
import { CODES } from './rules.js'
import type { CodeState } from './store.js'

export const CODES_PATH = '/security/recovery-codes'
export const CODE_SIGN_IN_PATH = '/sign-in/recovery-code'

/** The part of `/security` about recovery codes. */
export function RecoveryCodesSection({ unused, madeAt }: CodeState): VNode {
  return (
    <Section
      title="Recovery codes"
      id="recovery-codes"
      action={
        <ButtonLink href={CODES_PATH} kind="secondary">
          Make new codes
        </ButtonLink>
      }
    >
      {madeAt ? (
        <p>
          {unused} of {CODES} codes are unused. You made them on <When at={madeAt} />.
        </p>
      ) : (
        <p>You have none. With a code you can sign in once, without your password and your passkeys.</p>
      )}
    </Section>
  )
}

export interface MakeCodesPageProps {
  frame: PageFrame
  /** Version of the codes that will be replaced. */
  replaces: string
  /** What the user must confirm with first, unless they have authenticated in the last five minutes. */
  confirmsWith?: 'password' | 'passkey' | undefined
  passwordProblem?: string | undefined
  error?: string | undefined
}

export function MakeCodesPage({ frame, replaces, confirmsWith, passwordProblem, error }: MakeCodesPageProps): VNode {
  return (
    <Page {...frame} title="Make new recovery codes" lead="Your earlier codes will stop working.">
      <ErrorNotice text={error} />
      <Panel>
        {confirmsWith === 'passkey' ? (
          <p>
            <a href="/security#confirm">Confirm with a passkey</a>. Then you have five minutes to make new codes.
          </p>
        ) : (
          <Form action={CODES_PATH} label="Make new codes">
            <input type="hidden" name="replaces" value={replaces} />
            {confirmsWith === 'password' && <ConfirmField frame={frame} error={passwordProblem} />}
            <p class="form-actions">
              <Button>Make new codes</Button>
              <a href="/security">Cancel</a>
            </p>
          </Form>
        )}
      </Panel>
    </Page>
  )
}

/** Shows new codes, once. */
export function NewCodesPage({ frame, codes }: { frame: PageFrame; codes: readonly string[] }): VNode {
  return (
    <Page
      {...frame}
      title="Your recovery codes"
      lead="Print them or keep them in a password manager. They are shown only now."
    >
      <Panel>
        <NewCodes codes={codes} />
        <p>Each code signs you in once. Anyone who has a code and your username can use it.</p>
        <p class="form-actions">
          <ButtonLink href="/security">I have kept them</ButtonLink>
        </p>
      </Panel>
    </Page>
  )
}

/** A list that one click selects. */
const NewCodes = ({ codes }: { codes: readonly string[] }): VNode => (
  <ul class="recovery-codes">
    {codes.map((code) => (
      <li key={code}>
        <code>{code}</code>
      </li>
    ))}
  </ul>
)

export interface CodeSignInPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  /** Why the last attempt failed. */
  error?: string
}

export function CodeSignInPage({ frame, returnTo, username, error }: CodeSignInPageProps): VNode {
  return (
    <Page {...frame} title="Use a recovery code" lead="Each code signs you in once, at every app.">
      <ErrorNotice text={error} />
      <Panel>
        <Form label="Sign in">
          <input type="hidden" name="return_to" value={returnTo} />
          <FormKey />
          <Field label="Username" name="username" value={username} autocomplete="username" required />
          <Field
            label="Recovery code"
            name="recovery_code"
            autocomplete="off"
            hint="For example 7k2m-x9ap-w3hd-8ctv"
            required
          />
          <Button>Sign in</Button>
        </Form>
        <p>
          <a href={`/sign-in?${new URLSearchParams({ return_to: returnTo })}`}>Sign in with a password</a>
        </p>
      </Panel>
    </Page>
  )
}
