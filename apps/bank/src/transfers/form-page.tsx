import { formatMinor } from '@signet/contracts'
import { Button, Field, Form, Notice, Page, type PageFrame, Panel, RadioGroup, SelectField } from '@signet/ui'
import type { VNode } from 'preact'
import { BY_NUMBER, type OwnAccount, type TransferForm, type TransferProblems } from './form-rules.js'
import { RETIREMENT } from './rules.js'

/** What the form carries from page to page beside its fields. */
export interface TransferFormContext {
  readonly frame: PageFrame
  /** Made with the form: however often it is sent, it pays once. */
  readonly idempotencyKey: string
  /** Where the user came from, and goes back to. */
  readonly returnTo: string | undefined
}

export interface TransferFormPageProps extends TransferFormContext {
  readonly accounts: readonly OwnAccount[]
  readonly form: TransferForm
  readonly problems?: TransferProblems
  /** Why nothing was sent, where no field is to blame. */
  readonly error?: string
}

export function TransferFormPage(props: TransferFormPageProps): VNode {
  const { frame, accounts, form, problems = {}, returnTo } = props
  const error =
    props.error ??
    (Object.keys(problems).length > 0 ? 'Nothing was sent. Please correct the fields marked below.' : undefined)
  return (
    <Page {...frame} title="Transfer money">
      {error !== undefined && (
        <Notice kind="error">
          <p>{error}</p>
        </Notice>
      )}
      <Panel>
        <Form action="/transfer/review" label="Transfer">
          <Carried {...props} />
          <SelectField
            label="From"
            name="from"
            value={form.from}
            error={problems.from}
            required
            options={accounts.map(({ id, name, balanceMinor, currency }) => ({
              value: id,
              label: `${name}, ${formatMinor(balanceMinor, currency)}`,
            }))}
          />
          <div class="transfer-to">
            <RadioGroup
              label="To"
              name="to"
              value={form.to}
              error={problems.to}
              required
              options={[
                ...accounts.map(({ id, name, number }) => ({ value: id, label: name, hint: number })),
                { value: RETIREMENT, label: 'My retirement plan', hint: 'At Signet Retirement, there within seconds' },
                { value: BY_NUMBER, label: 'Another account', hint: 'Of any customer of the bank' },
              ]}
            />
            <Field
              label="Account number"
              name="number"
              value={form.number}
              error={problems.number}
              hint="Ten digits, for example 4821-0937-55"
              inputMode="numeric"
              autocomplete="off"
            />
          </div>
          <Field
            label="Amount"
            name="amount"
            value={form.amount}
            error={problems.amount}
            hint="In dollars, for example 12.50"
            inputMode="decimal"
            autocomplete="off"
            required
          />
          <Field
            label="Memo"
            name="memo"
            value={form.memo}
            error={problems.memo}
            hint="Optional. Appears on the statements of both sides."
            autocomplete="off"
            autocapitalize="sentences"
            // Browsers count in UTF-16 units, of which a character has two at most.
          />
          <p class="form-actions">
            <Button>Review</Button>
            <a href={returnTo ?? '/'}>Cancel</a>
          </p>
        </Form>
      </Panel>
    </Page>
  )
}

/** What goes along unseen. */
export function Carried({ idempotencyKey, returnTo }: Omit<TransferFormContext, 'frame'>): VNode {
  return (
    <>
      <input type="hidden" name="key" value={idempotencyKey} />
      {returnTo !== undefined && <input type="hidden" name="return_to" value={returnTo} />}
    </>
  )
}
