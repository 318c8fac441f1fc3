import { Field, FormPage, fieldsOf, type PageFrame, RadioGroup, When } from '@signet/ui'
import type { VNode } from 'preact'
import { TransferFields } from '../transfers/form-page.js'
import type { OwnAccount } from '../transfers/form-rules.js'
import { Review, type ReviewedRequest } from '../transfers/review-page.js'
import {
  confirmationKeyOf,
  firstDates,
  type OrderForm,
  type OrderProblems,
  type OrderRequest,
  RHYTHMS,
  type Rhythm,
} from './rules.js'

export const ORDERS_PATH = '/standing-orders'
export const NEW_ORDER_PATH = `${ORDERS_PATH}/new`
export const RHYTHM_NAMES: Readonly<Record<Rhythm, string>> = { weekly: 'Every week', monthly: 'Every month' }
const RHYTHM_HINTS: Partial<Record<Rhythm, string>> = { monthly: 'In a shorter month, on its last day' }

/** A form with the key that makes repetitions one order. */
export interface FilledOrderForm {
  readonly form: OrderForm
  readonly key: string
}

export interface OrderFormPageProps extends FilledOrderForm {
  readonly frame: PageFrame
  readonly accounts: readonly OwnAccount[]
  readonly now: Date
  readonly problems?: OrderProblems | undefined
  readonly error?: string | undefined
}

export function OrderFormPage({ frame, accounts, form, key, now, problems = {}, error }: OrderFormPageProps): VNode {
  const isIncomplete = Object.keys(problems).length > 0
  const field = fieldsOf(form, problems)
  return (
    <FormPage
      {...frame}
      title="Set up a standing order"
      lead="We pay the same amount again and again until you cancel it."
      error={error ?? (isIncomplete ? 'Nothing was set up. Correct the marked fields and try again.' : undefined)}
      action={NEW_ORDER_PATH}
      label="Standing order"
      hidden={{ key }}
      submit="Review"
      cancel={ORDERS_PATH}
    >
      <TransferFields accounts={accounts} form={form} problems={problems} />
      <RadioGroup
        label="How often"
        {...field('rhythm')}
        required
        options={RHYTHMS.map((value) => ({ value, label: RHYTHM_NAMES[value], hint: RHYTHM_HINTS[value] }))}
      />
      <Field
        label="First payment"
        {...field('first')}
        type="date"
        hint="Within a year from today. Dates are in UTC."
        {...firstDates(now)}
        required
      />
    </FormPage>
  )
}

export interface OrderReviewPageProps extends FilledOrderForm, ReviewedRequest {
  readonly frame: PageFrame
  readonly request: OrderRequest
}

export function OrderReviewPage({ form, key, ...reviewed }: OrderReviewPageProps): VNode {
  const { rhythm, firstOn } = reviewed.request
  return (
    <Review
      {...reviewed}
      title="Review your standing order"
      lead="Nothing has been set up yet."
      action={ORDERS_PATH}
      fields={{ ...form, key }}
      terms={[
        { term: 'How often', value: RHYTHM_NAMES[rhythm] },
        { term: 'First payment', value: <When at={firstOn} /> },
      ]}
      hint="We ask for it before each standing order to others and to retirement. It is valid for five minutes."
      confirmationKey={confirmationKeyOf(key, reviewed.request)}
      submit="Set up"
      change={
        <button
          class="button button-quiet"
          type="submit"
          name="change"
          value="yes"
          formAction={NEW_ORDER_PATH}
          formNoValidate
        >
          Change
        </button>
      }
    />
  )
}
