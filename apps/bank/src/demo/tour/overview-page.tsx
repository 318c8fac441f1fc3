import { TOUR_STEPS } from '@signet/demo'
import { Button, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { Trace } from './settled.js'
import { StepList } from './step-list.js'

export interface OverviewPageProps {
  frame: PageFrame
  /** Where the person is; undefined when they are not on the tour. */
  step: number | undefined
  /** Where they left it. */
  leftAt: number | undefined
  trace: Trace | null
}

export function OverviewPage({ frame, step, leftAt, trace }: OverviewPageProps): VNode {
  return (
    <Page
      {...frame}
      title="The tour"
      lead="Ten steps through both apps, by clicking in them: how one sign-in serves two services, what fails without a token, and what a token costs."
    >
      {leftAt !== undefined && (
        <Notice kind="info">
          <p>You left the tour at step {leftAt}.</p>
        </Notice>
      )}
      <p class="tour-words">
        Everything is the real thing. While you are on the tour, both services note what happens to your own requests,
        and each step shows it: who sent which cookie to whom, who asked whom, what the answer was. Names of cookies are
        noted, never what is in them; it is for your eyes alone, and forgotten after two hours.
      </p>
      <div class="actions">
        {step !== undefined && (
          <a class="button button-primary" href={`/tour/${step}`}>
            Go on with step {step}
          </a>
        )}
        {leftAt !== undefined && (
          <Form class="" action="/tour/resume">
            <Button>Resume at step {leftAt}</Button>
          </Form>
        )}
        <Form class="" action="/tour/begin">
          <Button kind={step === undefined && leftAt === undefined ? 'primary' : 'secondary'}>
            {step === undefined && leftAt === undefined ? 'Begin the tour' : 'Begin anew'}
          </Button>
        </Form>
      </div>
      <Section title={`The ${TOUR_STEPS.length} steps`} id="steps">
        <StepList trace={trace} current={step} explained />
      </Section>
    </Page>
  )
}
