import { demoAssetUrl, type TraceEvent } from '@signet/demo'
import { Button, ButtonLink, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { STEPS } from './steps.js'

interface OverviewPageProps {
  frame: PageFrame
  /** The user's current step; undefined when they are not on the tour. */
  step: number | undefined
  /** The step at which the user left the tour. */
  leftAt: number | undefined
  /** Undefined while they cannot be read. */
  events: readonly TraceEvent[] | undefined
}

export function OverviewPage({ frame, step, leftAt, events }: OverviewPageProps): VNode {
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('tour.css')]}
      title="Tour"
      lead="Eleven steps through both apps. See how one sign-in works at two services, what fails without a token, and what a token costs."
    >
      {leftAt !== undefined && (
        <Notice kind="info">
          <p>You left the tour at step {leftAt}.</p>
        </Notice>
      )}
      <p class="tour-words">
        During the tour, both services record your own requests, and each step shows them as a diagram. The recording
        contains the names of cookies, but never their values. Only your browser can see it, and it is deleted after two
        hours.
      </p>
      <div class="actions">
        {step !== undefined && <ButtonLink href={`/tour/${step}`}>Continue with step {step}</ButtonLink>}
        {leftAt !== undefined && (
          <Form class="" action="/tour/resume">
            <Button>Resume at step {leftAt}</Button>
          </Form>
        )}
        <Form class="" action="/tour/begin">
          <Button kind={step === undefined && leftAt === undefined ? 'primary' : 'secondary'}>
            {step === undefined && leftAt === undefined ? 'Start the tour' : 'Start again'}
          </Button>
        </Form>
      </div>
      <Section title="Steps" id="steps">
        <StepList events={events} current={step} explained />
      </Section>
    </Page>
  )
}

interface StepListProps extends Pick<OverviewPageProps, 'events'> {
  current: number | undefined
  /** Adds a sentence to each step. */
  explained?: boolean
}

/** Lists all steps, with a tick for each completed one. */
export function StepList({ events = [], current, explained = false }: StepListProps): VNode {
  const seen = STEPS.map(({ evidence }) => evidence(events) !== undefined)
  return (
    <ol class="tour-steps ruled">
      {STEPS.map(({ title, lead }, index) => (
        <li key={title} class={seen[index] ? 'tour-seen' : undefined}>
          <div>
            <a href={`/tour/${index + 1}`} aria-current={current === index + 1 ? 'step' : undefined}>
              {title}
            </a>
            {explained && <p class="muted small">{lead}</p>}
          </div>
          {seen[index] && (
            <>
              <svg class="symbol" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
                <path d="m5 12.5 5 5 9-11" />
              </svg>
              <span class="visually-hidden"> completed</span>
            </>
          )}
        </li>
      ))}
    </ol>
  )
}
