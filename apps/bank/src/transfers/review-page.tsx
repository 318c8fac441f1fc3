import { Button, DescriptionList, Figure, Form, FreeText, Money, Notice, Page, Panel, PasswordField } from '@signet/ui'
import type { VNode } from 'preact'
import { Carried, type TransferFormContext } from './form-page.js'
import type { TransferForm } from './form-rules.js'
import { Named } from './named.js'
import type { Order } from './rules.js'
import type { Party } from './store.js'

export interface ReviewPageProps extends TransferFormContext {
  readonly form: TransferForm
  readonly order: Order
  readonly from: Party
  readonly to: Party | null
  /** The person whose order it is, where it is to an account of theirs. */
  readonly toOwn: boolean
  /** Whether the password has to be typed here. */
  readonly asksPassword: boolean
  readonly passwordProblem?: string | undefined
  /** Why nothing was sent, where no field is to blame. */
  readonly error?: string | undefined
}

/** The order once more, in words, before it is given. */
export function ReviewPage(props: ReviewPageProps): VNode {
  const { frame, form, order, from, to, toOwn, asksPassword, passwordProblem, returnTo, error } = props
  const change = new URLSearchParams({ ...form, ...(returnTo === undefined ? {} : { return_to: returnTo }) })
  return (
    <Page {...frame} title="Review your transfer" lead="Nothing has been sent yet.">
      {error !== undefined && (
        <Notice kind="error">
          <p>{error}</p>
        </Notice>
      )}
      <Panel>
        <Figure label="Amount">
          <Money amountMinor={order.amount} currency={from.currency} />
        </Figure>
        <DescriptionList
          items={[
            { term: 'From', value: <Named name={from.name} number={from.number} /> },
            {
              term: 'To',
              value: to ? <Named name={toOwn ? to.name : undefined} number={to.number} /> : 'My retirement plan',
            },
            ...(order.memo === '' ? [] : [{ term: 'Memo', value: <FreeText text={order.memo} /> }]),
          ]}
        />
        <Form action="/transfer" label="Send the transfer">
          <Carried {...props} />
          {Object.entries(form).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {asksPassword && (
            <>
              {/* For password managers, which look for whose password it is. It has no name and is not sent. */}
              <input type="text" autocomplete="username" value={frame.person?.username} readOnly hidden />
              <PasswordField
                label="Password"
                name="password"
                hint="A transfer of this size wants it typed in the last five minutes."
                error={passwordProblem}
                required
                maxLength={1024}
              />
            </>
          )}
          <p class="form-actions">
            <Button>Send</Button>
            <a href={`/transfer?${change}`}>Change</a>
          </p>
        </Form>
      </Panel>
    </Page>
  )
}
