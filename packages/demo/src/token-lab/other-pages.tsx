import { Button, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { ClaimsOnly } from './claims-list.js'

/** For somebody who is remembered by a session: their cookie holds a random number, and says nothing. */
export function NoTokenPage({ frame }: { frame: PageFrame }): VNode {
  return (
    <Page
      {...frame}
      title="Your token"
      lead="There is none to see: you are remembered by a session, and your cookie holds nothing but its number."
    >
      <p>
        The number means something only to the service that gave it, or to whoever asks the same store. There is nothing
        in it to read, and nothing to change: another number is another session, or none. What a signed token carries,
        this service looks up.
      </p>
      <Form action="/sign-out" label="Sign in with a token instead">
        <p>To see one, end this sign-in and choose “A signed token” under “Compare approaches” at the next.</p>
        <p>
          <Button>Start over with a token</Button>
        </p>
      </Form>
    </Page>
  )
}

/** For the time in which the bank, which alone can make a token to look at, cannot be asked. */
export function NoLabTokenPage(props: { frame: PageFrame; claims: object; sentence: string }): VNode {
  return (
    <Page
      {...props.frame}
      title="Your token"
      lead="What the bank signed when you signed in, and what both apps know you by."
    >
      <Notice kind="warning" title={props.sentence}>
        <p>
          This service knows you all the same: your own token is still good, and it asks nobody about it. What it says
          stands below. <a href="/token">Try again</a>.
        </p>
      </Notice>
      <Section title="What each claim says" id="claims">
        <ClaimsOnly claims={props.claims} />
      </Section>
    </Page>
  )
}
