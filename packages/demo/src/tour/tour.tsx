import { Button, ButtonLink, Form } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { VNode } from 'preact'
import { TOUR_STEPS } from './step-titles.js'

/** Returns the bar above a page for a user on the tour. Pass `step` when the page shows another step than the cookie. */
export function tourBarOf({ tour: place }: FastifyRequest, bankUrl: string, step = place?.step): VNode | undefined {
  const title = place && step !== undefined && TOUR_STEPS[step - 1]
  return title ? <TourBar step={step} title={title} bankUrl={bankUrl} /> : undefined
}

/** Its form goes to this service: the other app would refuse it as cross-site. */
export const TourBar = ({ step, title, bankUrl }: { step: number; title: string; bankUrl: string }): VNode => (
  <aside class="tour-bar" aria-label="Tour">
    <div class="wrap">
      <p>
        <strong>
          Step {step} of {TOUR_STEPS.length}
        </strong>
        <span> · {title}</span>
      </p>
      <ButtonLink kind="quiet" href={`${bankUrl}/tour/${step}`}>
        Back to the tour
      </ButtonLink>
      <Form class="" action="/tour/leave">
        <Button kind="quiet">Leave the tour</Button>
      </Form>
    </div>
  </aside>
)
