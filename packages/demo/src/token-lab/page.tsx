import { Button, Field, Form, Notice, Page, type PageFrame, Section, SelectField } from '@signet/ui'
import type { VNode } from 'preact'
import { demoAssetUrl } from '../assets.js'
import { Answers, type AnswersProps } from './answers.js'
import { decode, membersOf } from './change.js'
import { ClaimsList } from './claims.js'
import { EXHIBITS } from './exhibits.js'
import { TokenText } from './token-text.js'

export interface TokenPageProps {
  frame: PageFrame
  /** The lab token. */
  token: string
  /** The verified token and the verdicts. */
  answers?: AnswersProps | undefined
  /** The page on which retirement forges a token. */
  whoMaySignUrl: string
}

const LEAD = 'The bank signed this token when you signed in. Both apps use it to authenticate you.'

/** Shows the user's token: its parts, its claims, and the verdicts when it is changed. */
export function TokenPage({ frame, token, answers, whoMaySignUrl }: TokenPageProps): VNode {
  const sent = answers?.sent ?? token
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('labs.css')]}
      scripts={[demoAssetUrl('token.js')]}
      title="Your token"
      lead={`${LEAD} Inspect it, change it, and see it refused.`}
    >
      <nav class="actions" aria-label="On this page">
        <a href="#read">Decoded token</a>
        <a href="#exhibits">Try an attack</a>
        <a href="#change">Edit the token</a>
        <a href="#claims">Claims</a>
      </nav>
      <Notice kind="info">
        <p>
          This page shows a copy of your token with the type <code>lab+jwt</code>, which authenticates no request. Your
          own token stays in a cookie that scripts cannot read.
        </p>
      </Notice>
      <Section title="Structure" id="parts">
        <TokenText token={token} label="Token" />
        <ul class="token-key small">
          <li class="part-header">Header: type, algorithm and key</li>
          <li class="part-payload">Payload: the claims</li>
          <li class="part-signature">Signature: protects header and payload</li>
        </ul>
      </Section>
      <Section title="Decoded token" id="read">
        <p data-decoded-by>
          The server decoded this token without a key, because scripts are off in your browser. Base64url is an
          encoding, not encryption, so a token must not contain secrets.
        </p>
        <div class="decoded" data-token={token}>
          {(['header', 'payload'] as const).map((part) => (
            <div key={part}>
              <h3>{part === 'header' ? 'Header' : 'Payload'}</h3>
              <pre class={`part-${part}`}>
                <code data-part={part}>{decode(token)[part]}</code>
              </pre>
            </div>
          ))}
        </div>
        <p>
          <a href="#claims">Read what each claim means</a>.
        </p>
      </Section>
      <Section title="Try an attack" id="exhibits">
        <p>Each attack creates a token. Both services verify it, together with the unchanged token.</p>
        <ul class="exhibits">
          {EXHIBITS.map(({ name, title, attempt }) => (
            <li key={name} class="card">
              <a
                href={`/token?exhibit=${name}#answers`}
                aria-current={answers?.exhibit?.name === name ? 'true' : undefined}
              >
                {title}
              </a>
              <p class="muted small">{attempt}</p>
            </li>
          ))}
          <li class="card">
            <a href={whoMaySignUrl}>Forge a token at retirement</a>
            <p class="muted small">Retirement creates a token in the bank’s name for a user who does not exist.</p>
          </li>
        </ul>
      </Section>
      <div id="answers" class="answers-to" tabIndex={-1} aria-live="polite">
        {answers !== undefined && <Answers {...answers} />}
      </div>
      <ChangeForm token={token} sent={sent} />
      <Section title="Claims" id="claims">
        <ClaimsList header={membersOf(token, 'header')} claims={membersOf(token, 'payload')} />
      </Section>
    </Page>
  )
}

const CHANGEABLE = ['name', 'username', 'sub', 'exp', 'aud'].map((name) => `payload.${name}`)

const ChangeForm = ({ token, sent }: { token: string; sent: string }): VNode => (
  <Section title="Edit the token" id="change">
    <Form class="form change" action="/token#answers" label="Change the token">
      <input type="hidden" name="untouched" value={token} />
      <div class="change-claim">
        <SelectField
          label="Claim"
          name="claim"
          value="payload.name"
          options={[...CHANGEABLE, 'header.alg', 'header.kid'].map((value) => ({
            value,
            label: value.replace('.', ': '),
          }))}
        />
        <Field label="New value" name="value" value="Grace Hopper" />
      </div>
      <p class="actions">
        <Button name="change" value="claim">
          Change the claim and verify
        </Button>
      </p>
      <div class="field">
        <label for="token">Edited token</label>
        <p class="hint" id="token-hint">
          Change any character. Both services accept the token or give the reason for the refusal.
        </p>
        <textarea id="token" name="token" spellcheck={false} autocapitalize="none" aria-describedby="token-hint">
          {sent}
        </textarea>
      </div>
      <p class="actions">
        <Button kind="secondary" name="change" value="characters">
          Verify the edited token
        </Button>
      </p>
    </Form>
  </Section>
)

/** Shown to users with a session strategy, whose cookie contains only an id. */
export const NoTokenPage = ({ frame }: { frame: PageFrame }): VNode => (
  <Page
    {...frame}
    title="Your token"
    lead="You have no token. You are signed in with a session, and your cookie contains only its id."
  >
    <p>
      The id is random. Only a service that has the session can use it, and the cookie contains nothing to read or
      change. This service looks up what a token would contain.
    </p>
    <Form action="/sign-out" label="Sign in with a token instead">
      <p>To see a token, sign out. Then choose “A signed token” under “Compare approaches” when you sign in.</p>
      <p>
        <Button>Sign out and use a token</Button>
      </p>
    </Form>
  </Page>
)

/** Shown while the bank, which signs lab tokens, cannot be reached. */
export const NoLabTokenPage = (props: { frame: PageFrame; claims: object; sentence: string }): VNode => (
  <Page {...props.frame} styles={[demoAssetUrl('labs.css')]} title="Your token" lead={LEAD}>
    <Notice kind="warning" title={props.sentence}>
      <p>
        You are still signed in, because this service verifies your token itself. Its claims are below.{' '}
        <a href="/token">Try again</a>.
      </p>
    </Notice>
    <Section title="Claims" id="claims">
      <ClaimsList claims={props.claims} />
    </Section>
  </Page>
)
