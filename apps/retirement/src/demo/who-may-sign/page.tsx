import { VerdictText } from '@signet/demo'
import { Button, DataTable, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { BankVerdict } from './ask-bank.js'
import { INVENTED_NAME } from './forge.js'

export interface Tried {
  readonly means: string
  readonly verdict: BankVerdict
}

export interface WhoMaySignPageProps {
  frame: PageFrame
  /** Whether this service holds a secret, or public keys alone. */
  holdsSecret: boolean
  /** Whether the person is signed in by a token: what is made borrows from it what a forger would know. */
  hasToken: boolean
  /** What was tried just now; undefined before. */
  tried?: readonly Tried[] | undefined
}

/** The price of a shared secret, tried out: may a service that only checks sign as well? */
export function WhoMaySignPage({ frame, holdsSecret, hasToken, tried }: WhoMaySignPageProps): VNode {
  return (
    <Page
      {...frame}
      title="Who may sign?"
      lead="Retirement checks tokens and never makes one. Whether it could is a question of what it checks them with."
    >
      <p class="why">
        {holdsSecret
          ? 'Right now retirement checks with a secret that it shares with the bank. What checks a token is also what signs one: it is the same key.'
          : 'Right now the bank signs with a private key, and retirement holds nothing but its public half.'}
      </p>
      {hasToken ? (
        <Form action="/who-may-sign#outcome" label="Try to sign in the bank’s name">
          <p>
            Retirement makes a token in the bank’s name for <strong>{INVENTED_NAME}</strong>, who does not exist, with
            what it has, and asks the bank who that is. The token is good for ten seconds, and nobody gets to see it.
          </p>
          <p>
            <Button>Let retirement try</Button>
          </p>
        </Form>
      ) : (
        <Notice kind="info">
          <p>You are remembered by a session. Sign in with a token to let retirement try.</p>
        </Notice>
      )}
      <div id="outcome" class="answers-to" tabIndex={-1}>
        {tried && <Outcome tried={tried} holdsSecret={holdsSecret} />}
      </div>
      <p class="actions">
        <a href="/token">Back to your token</a>
      </p>
    </Page>
  )
}

function Outcome({ tried, holdsSecret }: { tried: readonly Tried[]; holdsSecret: boolean }): VNode {
  const forged = tried.some(({ verdict }) => verdict.genuine)
  return (
    <Section title="What the bank says" id="outcome-heading">
      <Notice kind={forged ? 'warning' : 'success'}>
        <p>
          {forged
            ? `The bank greets ${INVENTED_NAME}, a customer whom it has never had.`
            : 'The bank believes none of it.'}
        </p>
      </Notice>
      <DataTable<Tried>
        caption="Sent to GET /api/me of the bank"
        emptyText="Nothing was tried."
        rows={tried}
        columns={[
          { header: 'Signed with', rowHeader: true, cell: ({ means }) => means },
          { header: 'The bank’s answer', cell: ({ verdict }) => <VerdictText verdict={verdict} /> },
        ]}
      />
      <p class="why">
        {holdsSecret
          ? 'With HS256, checking and signing take the same key. Whoever breaks into any service that checks can be anybody, everywhere. Give the secret only to services that you would let sign people in, or use key pairs.'
          : 'With Ed25519, what checks cannot sign. Whoever breaks into retirement has retirement, and cannot be somebody else at the bank.'}{' '}
        Where to look: <code>apps/retirement/src/demo/who-may-sign/forge.ts</code>, <code>packages/auth/src/keys/</code>{' '}
        and <code>docs/keys.md</code>.
      </p>
    </Section>
  )
}
