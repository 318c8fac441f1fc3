import { Button, DataTable, Form, Notice, Page, type PageFrame, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import type { ListedSession } from './list.js'

export interface SecurityPageProps {
  frame: PageFrame
  sessions: ListedSession[]
  currentId: string
  /** What has just been done. */
  done?: string | undefined
}

/** A browser by the words of its User-Agent that a person would use; the rest is noise to them. */
function deviceOf(userAgent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari|curl)\//.exec(userAgent)?.[1] ?? 'Unknown program'
  const system = /(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1]
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'Mac' }
  return [browser, system].flatMap((word) => (word === undefined ? [] : [names[word] ?? word])).join(' on ')
}

export function SecurityPage({ frame, sessions, currentId, done }: SecurityPageProps): VNode {
  const others = sessions.filter(({ id }) => id !== currentId)
  const currentFirst = [...sessions.filter(({ id }) => id === currentId), ...others]
  return (
    <Page
      {...frame}
      title="Security"
      lead="Where you are signed in. Ending a sign-in takes effect in every app within two seconds."
    >
      {done && (
        <Notice kind="success">
          <p>{done}</p>
        </Notice>
      )}
      <Section
        title="Sign-ins"
        id="sign-ins"
        action={
          // Also with one session in the list: a copy of this browser's cookies is no session of its own.
          <Form action="/security/end-others" label="Sign out elsewhere">
            <Button kind="secondary">Sign out elsewhere</Button>
          </Form>
        }
      >
        <DataTable<ListedSession>
          caption="Your sign-ins"
          captionHidden
          emptyText="You are signed in nowhere."
          rows={currentFirst}
          columns={[
            {
              header: 'Where',
              rowHeader: true,
              cell: ({ id, userAgent, address, createdAt }) => (
                <>
                  {deviceOf(userAgent)}
                  <div class="muted small">
                    {id === currentId && 'This sign-in · '}
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
                    <Button kind="secondary" label={`End the sign-in of ${deviceOf(userAgent)}`}>
                      End
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </Section>
    </Page>
  )
}
