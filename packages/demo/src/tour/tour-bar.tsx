import { Form } from '@signet/ui'
import type { VNode } from 'preact'

export interface TourBarProps {
  step: number
  of: number
  title: string
  /** The step's page at the bank. */
  href: string
  /** A path at this service: the other app would refuse the form as cross-site. */
  leaveAction: string
}

/** Shows the current step of the tour above every page of both apps. */
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
