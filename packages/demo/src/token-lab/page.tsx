import { Button, Field, Form, Notice, Page, type PageFrame, Section, SelectField } from '@signet/ui'
import type { VNode } from 'preact'
import { Answers, type AnswersProps } from './answers.js'
import { type Decoded, decode } from './change.js'
import { ClaimsList } from './claims-list.js'
import { EXHIBITS } from './exhibits.js'
import { TokenKey, TokenText } from './token-text.js'

export interface TokenPageProps {
  frame: PageFrame
  /** The token to look at. */
  token: string
  /** What was sent, and what the verifiers said. */
  answers?: AnswersProps | undefined
  /** Where a service tries to sign in the bank's name. */
  whoMaySignUrl: string
}

/** A person's token, opened up: its parts, its claims, and what the verifiers say when it is changed. */
export function TokenPage({ frame, token, answers, whoMaySignUrl }: TokenPageProps): VNode {
  const sent = answers?.sent ?? token
  return (
    <Page
      {...frame}
      title="Your token"
      lead="What the bank signed when you signed in, and what both apps know you by. Look inside, change it, and see it refused."
    >
      <nav class="in-page" aria-label="On this page">
        <a href="#read">Read it</a>
        <a href="#exhibits">Get past the verifiers</a>
        <a href="#change">Change it yourself</a>
        <a href="#claims">Each claim</a>
      </nav>
      <Notice kind="info">
        <p>
          This is a twin of your token, made for this page: it says the same, but its kind, <code>lab+jwt</code>, signs
          nobody in. Your own stays in a cookie that no page and no script can read.
        </p>
      </Notice>
      <Section title="Three parts" id="parts">
        <TokenText token={token} label="The token" />
        <TokenKey />
      </Section>
      <Section title="Anyone can read this" id="read">
        <p data-decoded-by>
          The server decoded this for you, because no script runs on this page. It took no key: base64url is an
          alphabet, not a lock. So nothing secret may ever stand in a token.
        </p>
        <DecodedParts decoded={decode(token)} token={token} />
        <p>
          <a href="#claims">What each claim says</a>, and who defined it.
        </p>
      </Section>
      <Section title="Get past the verifiers, if you can" id="exhibits">
        <p>
          Each of these makes a token and puts it to the real verifier of both services, beside the token as it was.
        </p>
        <ul class="exhibits">
          {EXHIBITS.map(({ name, title, attempt }) => (
            <li key={name}>
              <a
                href={`/token?exhibit=${name}#answers`}
                aria-current={answers?.exhibit?.name === name ? 'true' : undefined}
              >
                {title}
              </a>
              <p>{attempt}</p>
            </li>
          ))}
          <li>
            <a href={whoMaySignUrl}>Who may sign?</a>
            <p>Retirement makes a token in the bank’s name, for a person who does not exist.</p>
          </li>
        </ul>
      </Section>
      <div id="answers" class="answers-to" tabIndex={-1} aria-live="polite">
        {answers !== undefined && <Answers {...answers} />}
      </div>
      <ChangeForm token={token} sent={sent} />
      <Section title="What each claim says" id="claims">
        <ClaimsList token={token} />
      </Section>
    </Page>
  )
}

function DecodedParts({ decoded, token }: { decoded: Decoded; token: string }): VNode {
  return (
    <div class="decoded" data-token={token}>
      <div>
        <h3>Header</h3>
        <pre class="part-header">
          <code data-part="header">{decoded.header}</code>
        </pre>
      </div>
      <div>
        <h3>Payload</h3>
        <pre class="part-payload">
          <code data-part="payload">{decoded.payload}</code>
        </pre>
      </div>
    </div>
  )
}

const CHANGEABLE = [
  'payload.name',
  'payload.username',
  'payload.sub',
  'payload.exp',
  'payload.aud',
  'header.alg',
  'header.kid',
]

function ChangeForm({ token, sent }: { token: string; sent: string }): VNode {
  return (
    <Section title="Change it yourself" id="change">
      <Form class="form change" action="/token#answers" label="Change the token">
        <input type="hidden" name="untouched" value={token} />
        <div class="change-claim">
          <SelectField
            label="Claim"
            name="claim"
            value="payload.name"
            options={CHANGEABLE.map((value) => ({ value, label: value.replace('.', ': ') }))}
          />
          <Field label="New value" name="value" value="Grace Hopper" />
        </div>
        <p class="actions">
          <Button name="change" value="claim">
            Change the claim and send
          </Button>
        </p>
        <div class="field">
          <label for="token">Or any character</label>
          <p class="hint" id="token-hint">
            Edit the token as you like. Both services take it for genuine, or say why not.
          </p>
          <textarea id="token" name="token" spellcheck={false} autocapitalize="none" aria-describedby="token-hint">
            {sent}
          </textarea>
        </div>
        <p class="actions">
          <Button kind="secondary" name="change" value="characters">
            Send as it stands
          </Button>
        </p>
      </Form>
    </Section>
  )
}
