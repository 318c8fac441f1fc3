import { formatMinor } from '@signet/contracts'
import {
  Button,
  ButtonLink,
  ErrorNotice,
  Field,
  Form,
  Page,
  type PageFrame,
  Panel,
  RadioGroup,
  SelectField,
} from '@signet/ui'
import type { VNode } from 'preact'
import { BY_NUMBER, type OwnAccount, type TransferForm, type TransferProblems } from './form-rules.js'
import { RETIREMENT } from './rules.js'

/** Hidden values that the form keeps from page to page. */
export interface TransferFormContext {
  readonly frame: PageFrame
  /** Created with the form, so that a repeated form moves money once. */
  readonly idempotencyKey: string
  /** The page that the user returns to. */
  readonly returnTo: string | undefined
}

export interface TransferFormPageProps extends TransferFormContext {
  readonly accounts: readonly OwnAccount[]
  readonly form: TransferForm
  readonly problems?: TransferProblems
  /** Why nothing was sent, for a problem that no field has. */
  readonly error?: string
}

interface TransferFieldsProps {
  readonly accounts: readonly OwnAccount[]
  readonly form: TransferForm
  readonly problems: TransferProblems
}

export function TransferFormPage(props: TransferFormPageProps): VNode {
  const { frame, accounts, form, problems = {}, returnTo } = props
  const error =
    props.error ??
    (Object.keys(problems).length > 0 ? 'Nothing was sent. Correct the marked fields and try again.' : undefined)
  return (
    <Page
      {...frame}
      title="Transfer money"
      aside={
        <ButtonLink href="/standing-orders" kind="secondary">
          Standing orders
        </ButtonLink>
      }
    >
      <ErrorNotice text={error} />
      <Panel>
        <Form action="/transfer/review" label="Transfer">
          <input type="hidden" name="key" value={props.idempotencyKey} />
          {returnTo !== undefined && <input type="hidden" name="return_to" value={returnTo} />}
          <TransferFields accounts={accounts} form={form} problems={problems} />
          <p class="form-actions">
            <Button>Review</Button>
            <a href={returnTo ?? '/'}>Cancel</a>
          </p>
        </Form>
      </Panel>
    </Page>
  )
}

/** The fields of a transfer: accounts, amount and memo. */
export function TransferFields({ accounts, form, problems }: TransferFieldsProps): VNode {
  return (
    <>
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
            {
              value: RETIREMENT,
              label: 'My retirement plan',
              hint: 'At Signet Retirement, arrives within seconds',
            },
            { value: BY_NUMBER, label: 'Another account', hint: 'Of any Signet Bank customer' },
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
        hint="Optional. Both account statements show it."
        autocomplete="off"
        autocapitalize="sentences"
      />
    </>
  )
}
