import type { DemoUser } from '@signet/contracts/demo-users'
import { demoAssetUrl, SequenceDiagram, type TraceEvent } from '@signet/demo'
import { Button, ButtonLink, Figure, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { messagesOf } from '../trace-messages.js'
import { Wire } from '../wire/list.js'
import { Action } from './action.js'
import { AnsweredBy } from './answered-by.js'
import { type Answer, Guess } from './guess.js'
import { QUESTIONS } from './questions.js'
import type { Trace } from './settled.js'
import { StepList } from './step-list.js'
import { STEPS, type TourStep, withSignIn } from './steps.js'

export interface StepPageProps {
  frame: PageFrame
  /** From 1. */
  number: number
  /** Null when the user is not on the tour. */
  trace: Trace | null
  /** The user's guess; undefined without one. */
  guess: Answer | undefined
  /** Whether the user is signed in with a token. */
  hasToken: boolean
  bankUrl: string
  retirementUrl: string
  cookiePrefix: string
  ada: DemoUser
}

export function StepPage(props: StepPageProps): VNode {
  const { frame, number, trace, guess, hasToken, bankUrl, retirementUrl, cookiePrefix, ada } = props
  const step = STEPS[number - 1]
  if (!step) throw new TypeError(`there is no step ${number}`)
  const events = trace === null || trace === 'unknown' ? undefined : step.evidence(trace)
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('tour.css')]}
      scripts={[demoAssetUrl('wire.js')]}
      title={step.title}
      eyebrow={`Tour · step ${number} of ${STEPS.length}`}
      lead={step.lead}
    >
      <div class="tour">
        <div>
          {trace !== null && <Guess number={number} question={QUESTIONS[step.title]} guess={guess} events={events} />}
          <Section title="Try it" id="do">
            <p class="tour-words">{step.task}</p>
            {trace === null && <Begin number={number} />}
            <div class="actions">
              {step.actions.map((action, index) => (
                <Action
                  key={action.label}
                  action={hasToken ? action : withSignIn(action)}
                  kind={index === 0 && !events && trace !== null ? 'primary' : 'secondary'}
                  bankUrl={bankUrl}
                  retirementUrl={retirementUrl}
                  ada={ada}
                />
              ))}
            </div>
          </Section>
          <Section title="What happened" id="happened">
            {trace === 'unknown' && (
              <Notice kind="warning">
                <p>We can’t read the recording right now. The step still works. Reload this page in a moment.</p>
              </Notice>
            )}
            {events ? (
              <Happened step={step} events={events} cookiePrefix={cookiePrefix} />
            ) : (
              <p class="empty">Nothing yet. The diagram appears here after you complete the step.</p>
            )}
          </Section>
          <Section title="Code" id="code">
            <ul class="tour-code">
              {step.code.map(({ path, what }) => (
                <li key={path}>
                  <code>{path}</code> <span class="muted">{what}</span>
                </li>
              ))}
            </ul>
          </Section>
          <Onward number={number} shortcut={step.shortcut} done={events !== undefined} />
          {trace !== null && <Wire events={trace === 'unknown' ? undefined : trace} cookiePrefix={cookiePrefix} />}
        </div>
        <nav aria-label="Steps of the tour">
          <StepList trace={trace} current={number} />
        </nav>
      </div>
    </Page>
  )
}

function Begin({ number }: { number: number }): VNode {
  return (
    <Notice kind="info">
      <p>You are not on the tour, so your requests are not recorded.</p>
      <Form class="" action="/tour/begin">
        <input type="hidden" name="step" value={number} />
        <Button kind="secondary">Start the tour here</Button>
      </Form>
    </Notice>
  )
}

interface HappenedProps {
  step: TourStep
  events: readonly TraceEvent[]
  cookiePrefix: string
}

function Happened({ step, events, cookiePrefix }: HappenedProps): VNode {
  return (
    <>
      <Notice kind="success" title="Completed">
        <p>{typeof step.meaning === 'string' ? step.meaning : step.meaning(events)}</p>
      </Notice>
      {step.figure && <Figure label={step.figure.label}>{step.figure.of(events)}</Figure>}
      <SequenceDiagram title="Requests and responses" messages={messagesOf(events, cookiePrefix)} />
      <AnsweredBy events={events} />
    </>
  )
}

interface OnwardProps {
  number: number
  shortcut: TourStep['shortcut']
  done: boolean
}

function Onward({ number, shortcut, done }: OnwardProps): VNode {
  const next = STEPS[number]
  return (
    <div class="actions tour-onward">
      {next ? (
        <>
          <ButtonLink kind={done ? 'primary' : 'secondary'} href={`/tour/${number + 1}`}>
            Next: {next.title}
          </ButtonLink>
          {shortcut && (
            <ButtonLink kind="secondary" href={`/tour/${shortcut.step}`}>
              {shortcut.label}
            </ButtonLink>
          )}
        </>
      ) : (
        <>
          <ButtonLink kind={done ? 'primary' : 'secondary'} href="/compare">
            Compare the three approaches
          </ButtonLink>
          <ButtonLink kind="secondary" href="/thief">
            Take the thief’s seat
          </ButtonLink>
          <ButtonLink kind="secondary" href="/tour">
            All steps
          </ButtonLink>
        </>
      )}
    </div>
  )
}
