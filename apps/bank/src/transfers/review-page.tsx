import { formatMinor } from '@signet/contracts'
import {
  assetUrl,
  Button,
  DescriptionList,
  ErrorNotice,
  Figure,
  Form,
  FreeText,
  HiddenFields,
  Money,
  Page,
  type PageFrame,
  Panel,
  PasskeyButton,
} from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { ConfirmField } from '../sign-in/confirm-field.js'
import type { ReviewProblem } from './confirmations.js'
import { draftPath, reviewPath } from './draft.js'
import type { FilledForm } from './form-rules.js'
import { Named, Payee } from './receipt-page.js'
import type { TransferRequest } from './rules.js'
import type { Party } from './store.js'

/** A request with its accounts, and what the customer must confirm it with. */
export interface ReviewedRequest extends ReviewProblem {
  readonly request: TransferRequest
  readonly from: Party
  readonly to: Party | null
  readonly asksPassword: boolean
  /** Whether a passkey can be used here, instead of a password if there is one. */
  readonly asksPasskey: boolean
}

export interface ReviewProps extends ReviewedRequest {
  readonly frame: PageFrame
  readonly title: string
  readonly lead: string
  readonly action: string
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly terms?: { term: string; value: ComponentChildren }[]
  readonly hint: string
  /** The key that a passkey commits to. */
  readonly confirmationKey: string
  readonly submit: string
  readonly change: ComponentChildren
}

export function Review(props: ReviewProps): VNode {
  const { frame, title, lead, request, from, to, asksPassword, asksPasskey, passwordProblem, passkeyProblem } = props
  const transfer = { from: request.from, to: request.to, amount: request.amountMinor, memo: request.memo }
  return (
    <Page {...frame} scripts={asksPasskey ? [assetUrl('passkey.js')] : []} title={title} lead={lead}>
      <ErrorNotice text={props.error} />
      <Panel>
        <Figure label="Amount">
          <Money amountMinor={request.amountMinor} currency={from.currency} />
        </Figure>
        <DescriptionList
          items={[
            { term: 'From', value: <Named name={from.name} number={from.number} /> },
            { term: 'To', value: <Payee userId={from.userId} to={to} /> },
            ...(request.memo === '' ? [] : [{ term: 'Memo', value: <FreeText text={request.memo} /> }]),
            ...(props.terms ?? []),
          ]}
        />
        <Form action={props.action} label={title}>
          <HiddenFields values={props.fields} />
          {asksPassword && <ConfirmField frame={frame} hint={props.hint} error={passwordProblem} />}
          <p class="form-actions">
            <Button>{props.submit}</Button>
            {props.change}
          </p>
          {asksPasskey && (
            <PasskeyButton
              options="/api/reauthenticate/passkey/options"
              body={{ transfer, idempotencyKey: props.confirmationKey }}
              problem={passkeyProblem ?? (asksPassword ? undefined : passwordProblem && 'Confirm with your passkey.')}
            >
              Confirm with a passkey
            </PasskeyButton>
          )}
        </Form>
      </Panel>
    </Page>
  )
}

export interface ReviewPageProps extends FilledForm, ReviewedRequest {
  readonly frame: PageFrame
  readonly stepUpLimitMinor: number
}

export function ReviewPage({ form, stepUpLimitMinor, key, returnTo, ...reviewed }: ReviewPageProps): VNode {
  return (
    <Review
      {...reviewed}
      title="Review your transfer"
      lead="Nothing has been sent yet."
      action={reviewPath(key)}
      fields={{ ...form, key, return_to: returnTo }}
      hint={`We ask for it when you send more than ${formatMinor(stepUpLimitMinor, reviewed.from.currency)} to others and to retirement within an hour. It is valid for five minutes.`}
      confirmationKey={key}
      submit="Send"
      change={<a href={draftPath(key)}>Change</a>}
    />
  )
}
