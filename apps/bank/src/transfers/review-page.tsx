import { formatMinor } from '@signet/contracts'
import {
  assetUrl,
  Button,
  DescriptionList,
  ErrorNotice,
  Figure,
  Form,
  FreeText,
  Money,
  Page,
  Panel,
  PasskeyButton,
} from '@signet/ui'
import type { VNode } from 'preact'
import { ConfirmField } from '../sign-in/confirm-field.js'
import { draftPath, reviewPath } from './draft.js'
import { Carried, type TransferFormContext } from './form-page.js'
import type { TransferForm } from './form-rules.js'
import { Named } from './named.js'
import type { TransferRequest } from './rules.js'
import type { Party } from './store.js'

export interface ReviewPageProps extends TransferFormContext {
  readonly form: TransferForm
  readonly request: TransferRequest
  readonly from: Party
  readonly to: Party | null
  /** Whether the receiving account is the customer's own. */
  readonly toOwn: boolean
  /** Whether the password has to be typed here. */
  readonly asksPassword: boolean
  /** Whether a passkey can be used here, instead of a password if there is one. */
  readonly asksPasskey: boolean
  readonly stepUpLimitMinor: number
  readonly passwordProblem?: string | undefined
  readonly passkeyProblem?: string | undefined
  /** Why nothing was sent, for a problem that no field has. */
  readonly error?: string | undefined
}

/** Shows the request before the user sends it. */
export function ReviewPage(props: ReviewPageProps): VNode {
  const { frame, form, request, from, to, toOwn, asksPassword, asksPasskey, passwordProblem, passkeyProblem, error } =
    props
  const scripts = asksPasskey ? [assetUrl('passkey.js')] : []
  return (
    <Page {...frame} scripts={scripts} title="Review your transfer" lead="Nothing has been sent yet.">
      <ErrorNotice text={error} />
      <Panel>
        <Figure label="Amount">
          <Money amountMinor={request.amountMinor} currency={from.currency} />
        </Figure>
        <DescriptionList
          items={[
            { term: 'From', value: <Named name={from.name} number={from.number} /> },
            {
              term: 'To',
              value: to ? <Named name={toOwn ? to.name : undefined} number={to.number} /> : 'My retirement plan',
            },
            ...(request.memo === '' ? [] : [{ term: 'Memo', value: <FreeText text={request.memo} /> }]),
          ]}
        />
        <Form action={reviewPath(props.idempotencyKey)} label="Send the transfer">
          <Carried {...props} />
          {Object.entries(form).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {asksPassword && (
            <ConfirmField
              frame={frame}
              hint={stepUpHint(props.stepUpLimitMinor, from.currency)}
              error={passwordProblem}
            />
          )}
          <p class="form-actions">
            <Button>Send</Button>
            <a href={draftPath(props.idempotencyKey)}>Change</a>
          </p>
          {asksPasskey && (
            <PasskeyButton
              options="/api/reauthenticate/passkey/options"
              body={{
                transfer: { from: request.from, to: request.to, amount: request.amountMinor, memo: request.memo },
                idempotencyKey: props.idempotencyKey,
              }}
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

const stepUpHint = (limitMinor: number, currency: string): string =>
  `We ask for it when you send more than ${formatMinor(limitMinor, currency)} to others and to retirement within an hour. It is valid for five minutes.`
