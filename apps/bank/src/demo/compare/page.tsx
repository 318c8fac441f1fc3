import { demoAssetUrl } from '@signet/demo'
import { Button, Form, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { Measurement } from './figures.js'
import { Measured } from './measured.js'

const APPROACHES = [
  {
    name: 'A session in memory',
    cookie: 'a random session id',
    asks: 'its own memory',
    price: 'Only one process has it. A restart deletes it. Other replicas and the other app do not accept it.',
    when: 'One app in one process, whose users can sign in again after each deployment. An internal tool, for example.',
  },
  {
    name: 'A session in a shared store',
    cookie: 'a random session id',
    asks: 'the store, on every request',
    price:
      'Every app depends on the store: its latency is part of every response, and its outage affects every app. Sessions in it must be signed, or a program that can write to the store can impersonate any user.',
    when: 'Your own servers beside one fast store. Sign-out takes effect at once, session data can change at any time, and the cookie reveals nothing. This suits most products with one team in one location.',
  },
  {
    name: 'A signed token',
    cookie: 'your identity, an expiry time and a signature',
    asks: 'no other server',
    price:
      'The cookie is larger, its holder can read it, and its content is fixed until renewal. Sign-out needs a status list, which reaches the other app with a delay.',
    when: 'Several services, teams or locations that should not share a database. It needs short lifetimes, renewal, status lists and key rotation, which pays off only there.',
  },
]

/** Shows the three session strategies side by side. */
export const ComparePage = ({ frame, measured }: { frame: PageFrame; measured: Measurement | undefined }): VNode => (
  <Page
    {...frame}
    styles={[demoAssetUrl('bars.css'), demoAssetUrl('compare.css')]}
    title="Three ways to stay signed in"
    lead="After you sign in, each request must show who you are. Both apps support three approaches. This page measures what each one costs."
  >
    <ul class="approaches">
      {APPROACHES.map(({ name, cookie, asks, price }) => (
        <li key={name} class="card">
          <h2>{name}</h2>
          <dl>
            <dt>Cookie content</dt>
            <dd>{cookie}</dd>
            <dt>Server looks in</dt>
            <dd>{asks}</dd>
          </dl>
          <p>{price}</p>
        </li>
      ))}
    </ul>
    <Section title="Measurements" id="measured">
      <Form action="/compare" label="Measure the three approaches">
        <p>
          {measured === undefined && 'There is no measurement from the last hour. '}
          The measurement creates a temporary user, signs in with each approach and sends about 200 requests to both
          services. Then it signs out and removes the user. It takes a few seconds.
        </p>
        <p>
          <Button>{measured === undefined ? 'Measure now' : 'Measure again'}</Button>
        </p>
      </Form>
      {measured && <Measured measured={measured} />}
    </Section>
    <Section title="Choose an approach" id="when">
      <dl class="choices ruled">
        {APPROACHES.map(({ name, when }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{when}</dd>
          </div>
        ))}
      </dl>
      <p class="muted">You can sign in with any of them: choose under “Compare approaches” on the sign-in page.</p>
    </Section>
  </Page>
)
