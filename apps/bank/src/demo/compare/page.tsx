import { Button, Form, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { Charts } from './charts.js'
import type { Measurement } from './figures.js'
import { FiguresTable } from './figures-table.js'
import { Landings } from './landings.js'

interface Approach {
  readonly name: string
  readonly cookie: string
  readonly asks: string
  readonly price: string
  readonly when: string
}

const APPROACHES: readonly Approach[] = [
  {
    name: 'A session in memory',
    cookie: 'a random number',
    asks: 'its own memory',
    price:
      'Known to one process. A restart forgets it, a second server never knew it, and the other app cannot take it.',
    when: 'One app, one process, and nobody minds signing in again after each deployment: a tool for a few people.',
  },
  {
    name: 'A session in a shared store',
    cookie: 'a random number',
    asks: 'the store, on every request',
    price:
      'Every app and every server depends on the store, in time and in being there at all. Whoever can write to it can be anybody.',
    when: 'Your own servers beside one fast store. A sign-out counts at once, what is kept can change at any time, and the cookie tells nothing. For most products with one team and one place, the sound choice.',
  },
  {
    name: 'A signed token',
    cookie: 'who you are, until when, and a signature',
    asks: 'nobody',
    price:
      'Larger on every request, readable by whoever holds it, and fixed until it is renewed. A sign-out needs a list that travels: it arrives a second late.',
    when: 'Several services, teams or places that should not share a database or fall together. It earns its upkeep (short lives, renewal, lists of ended sign-ins, keys to rotate) only there.',
  },
]

/** The three ways to remember a person, side by side. */
export function ComparePage({ frame, measured }: { frame: PageFrame; measured: Measurement | undefined }): VNode {
  return (
    <Page
      {...frame}
      title="Three ways to remember you"
      lead="After the password somebody has to go on knowing who you are. Both apps can do it in three ways: see what each costs, measured here."
    >
      <ul class="approaches">
        {APPROACHES.map(({ name, cookie, asks, price }) => (
          <li key={name}>
            <h2>{name}</h2>
            <dl>
              <dt>The cookie holds</dt>
              <dd>{cookie}</dd>
              <dt>To know you, a server asks</dt>
              <dd>{asks}</dd>
            </dl>
            <p>{price}</p>
          </li>
        ))}
      </ul>
      <Section title="Measured" id="measured">
        <Form action="/compare" label="Measure the three approaches">
          <p>
            {measured === undefined && 'Nothing has been measured within the last hour. '}
            The button makes up a person, signs them in by all three, sends some two hundred requests to both services,
            signs them out again and removes them. It takes a few seconds.
          </p>
          <p>
            <Button>{measured === undefined ? 'Measure now' : 'Measure again'}</Button>
          </p>
        </Form>
        {measured && (
          <div class="measured">
            <Charts measured={measured} />
            <FiguresTable measured={measured} />
            <Landings measured={measured} />
          </div>
        )}
      </Section>
      <Section title="When to choose which" id="when">
        <dl class="choices">
          {APPROACHES.map(({ name, when }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{when}</dd>
            </div>
          ))}
        </dl>
        <p class="muted">Your own sign-in can use any of them: choose under “Compare approaches” where you sign in.</p>
      </Section>
    </Page>
  )
}
