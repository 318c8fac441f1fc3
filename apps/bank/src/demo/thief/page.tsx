import { demoAssetUrl, membersOf, VerdictText } from '@signet/demo'
import { Button, brandNames, DataTable, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { Wire, type WireProps } from '../wire/wire.js'
import { ATTEMPTS, type Attempt, type Sent } from './attempts.js'
import type { Loot } from './loot.js'

export interface Tried {
  readonly attempt: Attempt
  readonly sent: readonly Sent[]
}

interface ThiefPageProps extends WireProps {
  frame: PageFrame
  /** Undefined before the visitor takes the seat. */
  loot: Loot | undefined
  /** The attempt that this request made. */
  tried: Tried | undefined
}

/** A lab in which the visitor tries what a thief would try. */
export const ThiefPage = ({ frame, loot, tried, ...wire }: ThiefPageProps): VNode => (
  <Page
    {...frame}
    path="/thief"
    styles={[demoAssetUrl('labs.css')]}
    scripts={[demoAssetUrl('wire.js')]}
    title="The thief’s seat"
    lead="You get copies of another user’s cookies. Try what a thief would try, and read what both services answer."
  >
    <p class="why">
      {loot ? (
        <>
          You have copies of the token and the refresh token of{' '}
          <strong>{String(membersOf(loot.token, 'payload').username)}</strong>, a user who was made up for you. Each
          attempt sends real requests to both services.
        </>
      ) : (
        'The bank makes up a user and signs them in. You get copies of their cookies, never those of a real user.'
      )}
    </p>
    <Form action="/thief/begin" label="Copies">
      <p>
        <Button kind={loot ? 'secondary' : 'primary'}>{loot ? 'Get new copies' : 'Take the seat'}</Button>
      </p>
    </Form>
    <div id="outcome" class="answers-to" tabIndex={-1}>
      {tried && <Outcome {...tried} />}
    </div>
    {loot && <Attempts done={loot.done} />}
    {loot && <Wire {...wire} />}
  </Page>
)

const Attempts = ({ done }: { done: string }): VNode => (
  <Section title="Attempts" id="attempts">
    {ATTEMPTS.every(({ letter }) => done.includes(letter)) && (
      <Notice kind="success" title="You have tried everything">
        <p>Only the first attempt worked: a fresh copy, for as long as the user does not sign out.</p>
      </Notice>
    )}
    <ol class="heists ruled">
      {ATTEMPTS.map(({ letter, title, does }) => (
        <li key={letter}>
          <Form action="/thief/try#outcome" label={title}>
            <input type="hidden" name="attempt" value={letter} />
            <div>
              <h3>
                {title}
                {done.includes(letter) && <span class="heist-done">Done</span>}
              </h3>
              <p class="muted small">{does}</p>
            </div>
            <Button kind="secondary" label={`Try it: ${title}`}>
              Try it
            </Button>
          </Form>
        </li>
      ))}
    </ol>
  </Section>
)

function Outcome({ attempt, sent }: Tried): VNode {
  const shown = attempt.shown(sent)
  return (
    <Section title={attempt.title} id="outcome-heading">
      {!shown && (
        <Notice kind="warning">
          <p>The services did not answer as expected. The copies live five minutes: get new copies, and try again.</p>
        </Notice>
      )}
      <DataTable<Sent>
        caption="Requests and responses, in order"
        rows={sent}
        columns={[
          {
            header: 'Request',
            rowHeader: true,
            phone: 'lead',
            cell: ({ by, to, method, path, carries }) => (
              <>
                <code>
                  {method} {path}
                </code>{' '}
                at {brandNames[to].full}
                <div class="muted small">
                  {by === 'thief' ? 'You send' : 'The user sends'} {carries}
                </div>
              </>
            ),
          },
          { header: 'Response', phone: 'meta', cell: ({ verdict }) => <VerdictText verdict={verdict} /> },
        ]}
      />
      <p class="why">{attempt.because}</p>
      {attempt.endsSession && shown && (
        <p>That session is over. The bank has made up another user, and you have new copies.</p>
      )}
    </Section>
  )
}
