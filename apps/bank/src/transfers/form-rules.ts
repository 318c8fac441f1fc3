import { formatMinor, isPositiveMinorAmount, MAX_MEMO_LENGTH, parseMinor, plainNumber } from '@signet/contracts'
import { isLine } from '../printable-text.js'
import { memoOf, parseDestination, RETIREMENT, type TransferRequest } from './rules.js'

/** The form's choice for an account by number. */
export const BY_NUMBER = 'number'

export interface TransferForm {
  readonly from: string
  /** One of the user's own accounts, `retirement`, or `number`. */
  readonly to: string
  readonly number: string
  readonly amount: string
  readonly memo: string
}

/** A form with the key that makes repetitions one transfer, and the page to return to. */
export interface FilledForm {
  readonly form: TransferForm
  readonly key: string
  readonly returnTo: string | undefined
}

export type TransferProblems = Partial<Record<keyof TransferForm, string>>

/** What a form contains, or an error per field. */
export type ReadForm<Read, Problems = TransferProblems> =
  | { readonly request: Read; readonly problems?: undefined }
  | { readonly request?: undefined; readonly problems: Problems }

export interface OwnAccount {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly currency: string
  readonly balanceMinor: bigint
}

/** Reads fields from a link (`?to=retirement&amount=250.00`). Bad values are left for the user to correct. */
export function prefilled(query: Readonly<Record<string, unknown>>, accounts: readonly OwnAccount[]): TransferForm {
  const text = (name: string) => {
    const value = query[name]
    return typeof value === 'string' && !/\p{Cc}/u.test(value) ? value : ''
  }
  const own = (id: string) => accounts.some((account) => account.id === id)
  const from = text('from')
  const to = text('to')
  const chosen = to === RETIREMENT || to === BY_NUMBER || own(to)
  const number = text('number')
  return {
    from: own(from) ? from : (accounts.find(({ id }) => id !== to)?.id ?? ''),
    to: chosen ? to : to === '' ? '' : BY_NUMBER,
    number: chosen || to === '' ? number : to,
    amount: text('amount'),
    memo: text('memo'),
  }
}

/**
 * Converts the fields to a transfer request, or returns an error per field. It does not check whether the account exists and
 * has enough money, because a repeated request must get its first response.
 */
export function readForm(form: TransferForm, accounts: readonly OwnAccount[]): ReadForm<TransferRequest> {
  const problems: TransferProblems = {}
  const from = accounts.find(({ id }) => id === form.from)
  if (!from) problems.from = 'Choose one of your accounts.'

  const to = form.to === BY_NUMBER ? form.number : form.to
  const destination = parseDestination(to)
  if (form.to === '') problems.to = 'Choose where the money goes.'
  else if (
    form.to === BY_NUMBER &&
    (destination === undefined || typeof destination === 'string' || !('number' in destination))
  )
    problems.number = 'An account number has ten digits, for example 4821-0937-55.'
  else if (destination === undefined) problems.to = 'Choose where the money goes.'
  else if (from && isSame(destination, from)) {
    problems[form.to === BY_NUMBER ? 'number' : 'to'] = 'Choose another account than the one the money comes from.'
  }

  const amountMinor = parseMinor(form.amount, from?.currency ?? 'USD')
  if (!isPositiveMinorAmount(amountMinor)) problems.amount = amountProblem(form.amount)
  const memo = memoOf(form.memo)
  if (!isLine(memo)) problems.memo = 'Remove tabs and line breaks.'
  else if ([...memo].length > MAX_MEMO_LENGTH) problems.memo = `Use at most ${MAX_MEMO_LENGTH} characters.`

  if (Object.keys(problems).length > 0 || amountMinor === undefined) return { problems }
  return { request: { from: form.from, to, amountMinor, memo } }
}

function amountProblem(typed: string): string {
  const plain = plainNumber(typed)
  if (/^[-+]/.test(plain) || /^[$0., ]*0[$0., ]*$/.test(plain)) return 'Enter an amount above zero, without a sign.'
  if (/^[$\d. ]*,\d{1,2}[ $]*$/.test(plain)) return 'Use a point before the cents, for example 12.50.'
  return 'Enter an amount in dollars and cents, for example 12.50.'
}

function isSame(destination: NonNullable<ReturnType<typeof parseDestination>>, from: OwnAccount): boolean {
  if (destination === RETIREMENT) return false
  return 'id' in destination ? destination.id === from.id : destination.number === from.number
}

/** A hint before the request is sent. The balance at the time of posting decides. */
export function fundsProblem({ from, amountMinor }: TransferRequest, accounts: readonly OwnAccount[]) {
  const account = accounts.find(({ id }) => id === from)
  if (!account || BigInt(amountMinor) <= account.balanceMinor) return undefined
  return { amount: `${account.name} has ${formatMinor(account.balanceMinor, account.currency)}.` }
}

/** Returns the field that a refusal concerns. */
export function problemOf(code: string, sentence: string, form: TransferForm): TransferProblems {
  if (code === 'insufficient_funds') return { amount: sentence }
  if (code === 'not_found' || code === 'invalid_request') return { [form.to === BY_NUMBER ? 'number' : 'to']: sentence }
  return {}
}
