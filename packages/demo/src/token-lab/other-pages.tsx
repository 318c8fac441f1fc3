import { Button, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { demoAssetUrl } from '../assets.js'
import { ClaimsList } from './claims-list.js'

/** Shown to users with a session strategy, whose cookie contains only an id. */
export function NoTokenPage({ frame }: { frame: PageFrame }): VNode {
  return (
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
}

/** Shown while the bank, which signs lab tokens, cannot be reached. */
export function NoLabTokenPage(props: { frame: PageFrame; claims: object; sentence: string }): VNode {
  return (
    <Page
      {...props.frame}
      styles={[demoAssetUrl('labs.css')]}
      title="Your token"
      lead="The bank signed this token when you signed in. Both apps use it to authenticate you."
    >
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
}
