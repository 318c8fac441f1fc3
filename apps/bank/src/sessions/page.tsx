import { Button, Form, Page, type PageFrame, Panel } from '@signet/ui'
import type { VNode } from 'preact'

/** Asks before it signs out: the other app leads here when it has no token left to end. */
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
