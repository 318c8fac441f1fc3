import type { ListedSession } from '@signet/auth/issuer'
import {
  assetUrl,
  Button,
  DataTable,
  ErrorNotice,
  Form,
  FormPage,
  Page,
  type PageFrame,
  Section,
  SuccessNotice,
  When,
} from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { deviceOf } from '../device-name.js'

/** Asks the user to confirm. The other app redirects here when it has no credential to revoke. */
export const SignOutPage = ({ frame }: { frame: PageFrame }): VNode => (
  <FormPage
    {...frame}
    title="Sign out"
    lead="This signs you out of every Signet app, in this browser."
    action="/sign-out"
    label="Sign out of every app"
    submit="Sign out of every app"
  />
)

interface SecurityPageProps {
  frame: PageFrame
  sessions: readonly ListedSession[]
  currentId: string
  done?: string | undefined
  problem?: string | undefined
  sections: ComponentChildren
}

export function SecurityPage({ frame, sessions, currentId, done, problem, sections: more }: SecurityPageProps): VNode {
  const others = sessions.filter(({ id }) => id !== currentId)
  const currentFirst = [...sessions.filter(({ id }) => id === currentId), ...others]
  return (
    <Page
      {...frame}
      scripts={[assetUrl('passkey.js')]}
      title="Security"
      lead="See how and where you sign in. Signing out takes effect in every app within two seconds."
    >
      <ErrorNotice text={problem} />
      <SuccessNotice text={done} />
      <Section
        title="Active sessions"
        id="sessions"
        action={
          // Shown even for a single session: copies of this browser's cookies belong to the same session.
          <Form action="/security/end-others" label="Sign out elsewhere">
            <Button kind="secondary">Sign out elsewhere</Button>
          </Form>
        }
      >
        <DataTable<ListedSession>
          caption="Your active sessions"
          captionHidden
          emptyText="You have no active sessions."
          rows={currentFirst}
          columns={[
            {
              header: 'Device',
              rowHeader: true,
              cell: ({ id, userAgent, address, createdAt }) => (
                <>
                  {deviceOf(userAgent)}
                  <div class="muted small">
                    {id === currentId && 'This device · '}
                    {address} · since <When at={createdAt} time />
                  </div>
                </>
              ),
              phone: 'lead',
            },
            {
              header: 'Last used',
              cell: ({ lastSeenAt }) => <When at={lastSeenAt} time />,
              phone: 'meta',
              phoneLabel: true,
            },
            {
              header: 'Action',
              phone: 'figure',
              cell: ({ id, userAgent }) =>
                id === currentId ? (
                  <span class="muted">Use “Sign out”</span>
                ) : (
                  <Form action="/security/end">
                    <input type="hidden" name="id" value={id} />
                    <Button kind="secondary" label={`End the session on ${deviceOf(userAgent)}`}>
                      End
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </Section>
      {more}
    </Page>
  )
}
