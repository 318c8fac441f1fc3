import { formatMinor } from '@signet/contracts'
import { ButtonLink, Field, FormPage, fieldsOf, type PageFrame, RadioGroup, SelectField } from '@signet/ui'
import type { VNode } from 'preact'
import { BY_NUMBER, type FilledForm, type OwnAccount, type TransferForm, type TransferProblems } from './form-rules.js'
import { RETIREMENT } from './rules.js'

export interface TransferFormPageProps extends FilledForm {
  readonly frame: PageFrame
  readonly accounts: readonly OwnAccount[]
  readonly problems?: TransferProblems | undefined
  readonly error?: string
}

export function TransferFormPage({ frame, accounts, form, key, returnTo, ...props }: TransferFormPageProps): VNode {
  const { problems = {} } = props
  const isIncomplete = Object.keys(problems).length > 0
  return (
    <FormPage
      {...frame}
      title="Transfer money"
      aside={
        <ButtonLink href="/standing-orders" kind="secondary">
          Standing orders
        </ButtonLink>
      }
      error={props.error ?? (isIncomplete ? 'Nothing was sent. Correct the marked fields and try again.' : undefined)}
      action="/transfer/review"
      label="Transfer"
      hidden={{ key, return_to: returnTo }}
      submit="Review"
      cancel={returnTo ?? '/'}
    >
      <TransferFields accounts={accounts} form={form} problems={problems} />
    </FormPage>
  )
}

interface TransferFieldsProps {
  readonly accounts: readonly OwnAccount[]
  readonly form: TransferForm
  readonly problems: TransferProblems
}

export function TransferFields({ accounts, form, problems }: TransferFieldsProps): VNode {
  const field = fieldsOf(form, problems)
  const own = accounts.map(({ id, name, number }) => ({ value: id, label: name, hint: number }))
  const others = [
    { value: RETIREMENT, label: 'My retirement plan', hint: 'At Signet Retirement, arrives within seconds' },
    { value: BY_NUMBER, label: 'Another account', hint: 'Of any Signet Bank customer' },
  ]
  const from = accounts.map(({ id, name, balanceMinor, currency }) => ({
    value: id,
    label: `${name}, ${formatMinor(balanceMinor, currency)}`,
  }))
  return (
    <>
      <SelectField label="From" {...field('from')} required options={from} />
      <div class="transfer-to">
        <RadioGroup label="To" {...field('to')} required options={[...own, ...others]} />
        <Field
          label="Account number"
          {...field('number')}
          hint="Ten digits, for example 4821-0937-55"
          inputMode="numeric"
        />
      </div>
      <Field label="Amount" {...field('amount')} hint="In dollars, for example 12.50" inputMode="decimal" required />
      <Field
        label="Memo"
        {...field('memo')}
        hint="Optional. Both account statements show it."
        autocomplete="off"
        autocapitalize="sentences"
      />
    </>
  )
}
