import { Button, Form, Page, type PageFrame, Panel } from '@signet/ui'
import type { VNode } from 'preact'

/** Asks the user to confirm. The other app redirects here when it has no credential to revoke. */
export function SignOutPage({ frame }: { frame: PageFrame }): VNode {
  return (
    <Page {...frame} title="Sign out" lead="This signs you out of Signet Bank and Signet Retirement, in this browser.">
      <Panel>
        <Form action="/sign-out" label="Sign out of both apps">
          <Button>Sign out of both</Button>
        </Form>
      </Panel>
    </Page>
  )
}
