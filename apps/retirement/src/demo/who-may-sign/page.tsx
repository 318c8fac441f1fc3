import { demoAssetUrl, type Verdict, VerdictText } from '@signet/demo'
import { Button, DataTable, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { FORGED_NAME } from './forge.js'

export interface Tried {
  readonly means: string
  readonly verdict: Verdict
}

interface WhoMaySignPageProps {
  frame: PageFrame
  /** True in shared-secret mode, false with public keys. */
  holdsSecret: boolean
  /** Whether the user has a token: the forged token uses its status. */
  hasToken: boolean
  /** Results of the attempts; undefined before the first one. */
  tried?: readonly Tried[]
}

/** Shows whether a service that only verifies can also sign. */
export const WhoMaySignPage = ({ frame, holdsSecret, hasToken, tried }: WhoMaySignPageProps): VNode => (
  <Page
    {...frame}
    styles={[demoAssetUrl('labs.css')]}
    title="Forge a token"
    lead="Retirement only verifies tokens. Whether it could also sign one depends on its key."
  >
    <p class="why">
      {holdsSecret
        ? 'Retirement currently verifies tokens with a secret that it shares with the bank. The same secret also signs tokens.'
        : 'The bank currently signs with a private key. Retirement has only the public key.'}
    </p>
    {hasToken ? (
      <Form action="/who-may-sign#outcome" label="Forge a token">
        <p>
          Retirement creates a token in the bank’s name for <strong>{FORGED_NAME}</strong>, a user who does not exist.
          It sends the token to the bank. The token expires after ten seconds and is not shown.
        </p>
        <p>
          <Button>Forge a token</Button>
        </p>
      </Form>
    ) : (
      <Notice kind="info">
        <p>You are signed in with a session. Sign in with a token to try this.</p>
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

function Outcome({ tried, holdsSecret }: Required<Pick<WhoMaySignPageProps, 'tried' | 'holdsSecret'>>): VNode {
  const forged = tried.some(({ verdict }) => verdict.genuine)
  return (
    <Section title="Response of the bank" id="outcome-heading">
      <Notice kind={forged ? 'warning' : 'success'}>
        <p>
          {forged
            ? `The bank accepted a token for ${FORGED_NAME}, who is not a customer.`
            : 'The bank refused every forged token.'}
        </p>
      </Notice>
      <DataTable<Tried>
        caption="Sent to GET /api/me of the bank"
        rows={tried}
        columns={[
          { header: 'Signed with', rowHeader: true, cell: ({ means }) => means },
          { header: 'Response', cell: ({ verdict }) => <VerdictText verdict={verdict} /> },
        ]}
      />
      <p class="why">
        {holdsSecret
          ? 'HS256 uses one key to verify and to sign. An attacker who controls any verifier can impersonate every user at every service. Give the secret only to services that you trust to sign, or use key pairs.'
          : 'With Ed25519 a verifier cannot sign. An attacker who controls retirement cannot impersonate a user at the bank.'}{' '}
        See <code>apps/retirement/src/demo/who-may-sign/forge.ts</code>, <code>packages/auth/src/keys/</code> and{' '}
        <code>docs/keys.md</code>.
      </p>
    </Section>
  )
}
