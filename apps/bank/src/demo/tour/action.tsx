import type { DemoUser } from '@signet/contracts/demo-users'
import { Button, type ButtonKind, ButtonLink, Form } from '@signet/ui'
import type { VNode } from 'preact'
import type { TourAction } from './steps.js'

export interface ActionProps {
  action: TourAction
  kind: ButtonKind
  bankUrl: string
  retirementUrl: string
  ada: DemoUser
}

/** Shows one action of a step. It sends only requests that a user could send by hand. */
export function Action({ action, kind, bankUrl, retirementUrl, ada }: ActionProps): VNode {
  if (action.kind === 'link') {
    return (
      <ButtonLink kind={kind} href={action.app === 'bank' ? action.path : `${retirementUrl}${action.path}`}>
        {action.label}
      </ButtonLink>
    )
  }
  if (action.kind === 'expire') {
    return (
      <Form class="" action="/tour/expire">
        <Button kind={kind}>{action.label}</Button>
      </Form>
    )
  }
  return (
    <Form class="" action="/sign-in">
      <input type="hidden" name="username" value={ada.username} />
      <input type="hidden" name="password" value={ada.password} />
      <input type="hidden" name="strategy" value={action.strategy} />
      <input type="hidden" name="return_to" value={bankUrl + action.returnTo} />
      <Button kind={kind}>{action.label}</Button>
    </Form>
  )
}
