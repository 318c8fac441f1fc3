import { demoAssetUrl } from '@signet/demo'
import { Button, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { Trace } from './settled.js'
import { StepList } from './step-list.js'

export interface OverviewPageProps {
  frame: PageFrame
  /** The user's current step; undefined when they are not on the tour. */
  step: number | undefined
  /** The step at which the user left the tour. */
  leftAt: number | undefined
  trace: Trace | null
}

export function OverviewPage({ frame, step, leftAt, trace }: OverviewPageProps): VNode {
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
        {step !== undefined && (
          <a class="button button-primary" href={`/tour/${step}`}>
            Continue with step {step}
          </a>
        )}
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
        <StepList trace={trace} current={step} explained />
      </Section>
    </Page>
  )
}
