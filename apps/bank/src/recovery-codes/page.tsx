import { ButtonLink, Field, FormPage, Page, type PageFrame, Panel, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import { FormKey } from '../form-key.js'
import { ConfirmField } from '../sign-in/confirm-field.js'
import { CODES } from './rules.js'
import type { CodeState } from './store.js'

export const CODES_PATH = '/security/recovery-codes'
export const CODE_SIGN_IN_PATH = '/sign-in/recovery-code'

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
  const instead = confirmsWith === 'passkey' && (
    <p>
      <a href="/security#confirm">Confirm with a passkey</a>. Then you have five minutes to make new codes.
    </p>
  )
  return (
    <FormPage
      {...frame}
      title="Make new recovery codes"
      lead="Your earlier codes will stop working."
      error={error}
      action={CODES_PATH}
      label="Make new codes"
      hidden={{ replaces }}
      submit="Make new codes"
      cancel="/security"
      instead={instead}
    >
      {confirmsWith === 'password' && <ConfirmField frame={frame} error={passwordProblem} />}
    </FormPage>
  )
}

export function NewCodesPage({ frame, codes }: { frame: PageFrame; codes: readonly string[] }): VNode {
  return (
    <Page
      {...frame}
      title="Your recovery codes"
      lead="Print them or keep them in a password manager. They are shown only now."
    >
      <Panel>
        <ul class="recovery-codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <p>Each code signs you in once. Anyone who has a code and your username can use it.</p>
        <p class="form-actions">
          <ButtonLink href="/security">I have kept them</ButtonLink>
        </p>
      </Panel>
    </Page>
  )
}

export interface CodeSignInPageProps {
  frame: PageFrame
  returnTo: string
  username?: string
  error?: string
}

export function CodeSignInPage({ frame, returnTo, username, error }: CodeSignInPageProps): VNode {
  const below = (
    <p>
      <a href={`/sign-in?${new URLSearchParams({ return_to: returnTo })}`}>Sign in with a password</a>
    </p>
  )
  return (
    <FormPage
      {...frame}
      title="Use a recovery code"
      lead="Each code signs you in once, at every app."
      error={error}
      label="Sign in"
      hidden={{ return_to: returnTo }}
      submit="Sign in"
      below={below}
    >
      <FormKey />
      <Field label="Username" name="username" value={username} autocomplete="username" required />
      <Field
        label="Recovery code"
        name="recovery_code"
        autocomplete="off"
        hint="For example 7k2m-x9ap-w3hd-8ctv"
        required
      />
    </FormPage>
  )
}
