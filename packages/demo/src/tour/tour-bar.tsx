import { Form } from '@signet/ui'
import type { VNode } from 'preact'

export interface TourBarProps {
  step: number
  of: number
  title: string
  /** The step's page at the bank. */
  href: string
  /** Where the form posts that leaves the tour: this service, because a form of a sibling is refused. */
  leaveAction: string
}

/** Where one is on the guided tour, above every page of both apps while it lasts. */
export function TourBar({ step, of, title, href, leaveAction }: TourBarProps): VNode {
  return (
    <aside class="tour-bar" aria-label="Tour">
      <div class="wrap">
        <p>
          <strong>
            Step {step} of {of}
          </strong>
          <span> · {title}</span>
        </p>
        <a href={href}>Back to the tour</a>
        <Form class="" action={leaveAction}>
          <button type="submit">Leave the tour</button>
        </Form>
      </div>
    </aside>
  )
}
