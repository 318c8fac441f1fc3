import { Button, Form, Page, type PageFrame, Panel } from '@signet/ui'
import type { VNode } from 'preact'

/** Asks the user to confirm. The other app redirects here when it has no credential to revoke. */
export function SignOutPage({ frame }: { frame: PageFrame }): VNode {
  return (
    <Page {...frame} title="Sign out" lead="This signs you out of every Signet app, in this browser.">
      <Panel>
        <Form action="/sign-out" label="Sign out of every app">
          <Button>Sign out of every app</Button>
        </Form>
      </Panel>
    </Page>
  )
}
