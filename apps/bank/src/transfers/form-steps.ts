import { randomUUID } from 'node:crypto'
import { safeReturnTo } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { isUuid, ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { listAccounts } from '../accounts/store.js'
import { Typed } from '../printable-text.js'
import { confirmationFields, type ReviewProblem } from './confirm-customer.js'
import { type Drafts, draftPath, reviewPath } from './draft.js'
import { TransferFormPage } from './form-page.js'
import { type OwnAccount, problemOf, readForm, type TransferForm, type TransferProblems } from './form-rules.js'
import { findParties, type RequestOptions } from './request.js'
import { ReviewPage } from './review-page.js'
import { confirmationOf, kindOf, needsConfirmation, STEP_UP_WINDOW_MS, type TransferRequest } from './rules.js'
import { sumSentWithoutPassword } from './store.js'

/** Accepts any text: errors are shown beside the field, and the typed text is kept. */
const Text = Type.Optional(Type.String({ maxLength: 4_096 }))
/** A browser omits an unselected choice; the page shows an error beside it. */
export const FormFields = Type.Object({
  from: Type.Optional(Typed(64)),
  to: Type.Optional(Typed(64)),
  number: Text,
  amount: Text,
  memo: Text,
  key: Type.Optional(Typed(200)),
  return_to: Type.Optional(Type.Unknown()),
  password: Text,
  credential: Type.Optional(Type.String({ maxLength: 16_384 })),
})

/** The fields of the request. */
export type SentForm = Static<typeof FormFields>

/** A sent form: its fields, the key that makes repetitions one transfer, and the page to return to. */
export interface FilledForm {
  readonly form: TransferForm
  readonly key: string
  readonly returnTo: string | undefined
}

export interface Reviewed {
  readonly request: TransferRequest
  readonly parties: Awaited<ReturnType<typeof findParties>>
}

interface FormProblem {
  readonly statusCode?: number
  readonly problems?: TransferProblems
  readonly error?: string
}

export interface FormOptions {
  readonly db: BankDatabase
  readonly requesting: RequestOptions
  readonly drafts: Drafts
  readonly stepUpLimitMinor: number
  readonly bankUrl: string
  readonly retirementUrl: string
}

export type FormSteps = ReturnType<typeof formSteps>

/** Returns the accounts of a typed request, or an error per field. */
export async function partiesOf(
  db: BankDatabase,
  userId: string,
  request: TransferRequest,
  form: TransferForm,
): Promise<(Pick<Reviewed, 'parties'> & { readonly problems?: undefined }) | { readonly problems: TransferProblems }> {
  try {
    return { parties: await findParties(db, userId, request) }
  } catch (error) {
    if (!(error instanceof ServiceError) || error.statusCode >= 500) throw error
    return { problems: problemOf(error.code, error.message, form) }
  }
}

/** Shared parts of the transfer pages. */
export function formSteps({ db, drafts, stepUpLimitMinor, bankUrl, retirementUrl }: FormOptions) {
  const safeTarget = (value: unknown) =>
    value === undefined ? undefined : safeReturnTo(value, [bankUrl, retirementUrl], `${bankUrl}/`)

  /** Replaces an invalid key by a new one. */
  function read({
    from = '',
    to = '',
    number = '',
    amount = '',
    memo = '',
    key = '',
    return_to,
  }: SentForm): FilledForm {
    return {
      form: { from, to, number, amount, memo },
      key: isUuid(key) ? key : randomUUID(),
      returnTo: safeTarget(return_to),
    }
  }

  function keep(request: FastifyRequest, reply: FastifyReply, { form, key, returnTo }: FilledForm): boolean {
    const draft = { userId: signedIn(request).id, ...form }
    return drafts.keep(reply, key, returnTo === undefined ? draft : { ...draft, returnTo })
  }

  function find(request: FastifyRequest, key: string): FilledForm | undefined {
    const draft = drafts.find(request, key, signedIn(request).id)
    if (!draft) return undefined
    const { userId: _, returnTo, ...form } = draft
    return { form, key, returnTo: safeTarget(returnTo) }
  }

  /** The theme switch returns to this URL, at which the browser has the same draft. */
  const frameOf = (request: FastifyRequest, path: string) => ({ ...request.pageFrame('transfer'), path })

  async function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    { statusCode = 200, ...problem }: FormProblem = {},
  ): Promise<void> {
    const accounts = await listAccounts(db, signedIn(request).id)
    const { form, key: idempotencyKey, returnTo } = filled
    const frame = frameOf(request, draftPath(idempotencyKey))
    reply.code(statusCode).page(TransferFormPage({ frame, form, idempotencyKey, returnTo, accounts, ...problem }))
  }

  /** Returns the typed request; null when the form was shown again with errors. */
  async function review(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    accounts: readonly OwnAccount[],
  ): Promise<Reviewed | null> {
    const typed = readForm(filled.form, accounts)
    if (typed.problems) {
      await showForm(request, reply, filled, { statusCode: 400, problems: typed.problems })
      return null
    }
    const found = await partiesOf(db, signedIn(request).id, typed.request, filled.form)
    if (!found.problems) return { request: typed.request, parties: found.parties }
    await showForm(request, reply, filled, { statusCode: 400, problems: found.problems })
    return null
  }

  async function showReview(
    request: FastifyRequest,
    reply: FastifyReply,
    filled: FilledForm,
    reviewed: Reviewed,
    problem: ReviewProblem = {},
  ): Promise<void> {
    const user = signedIn(request)
    const { id } = user
    const { parties } = reviewed
    const now = new Date(request.receivedAtMs)
    const asksConfirmation = needsConfirmation({
      kind: kindOf(id, parties.to),
      amountMinor: BigInt(reviewed.request.amountMinor),
      confirmed: confirmationOf(user, now) !== null,
      sentMinor: await sumSentWithoutPassword(db, id, new Date(now.getTime() - STEP_UP_WINDOW_MS)),
      limitMinor: stepUpLimitMinor,
    })
    const { form, key: idempotencyKey, returnTo } = filled
    const frame = frameOf(request, reviewPath(idempotencyKey))
    const toOwn = parties.to?.userId === id
    const page = { frame, form, idempotencyKey, returnTo, request: reviewed.request, ...parties, toOwn }
    const asks = await confirmationFields(db, id, asksConfirmation)
    reply.page(ReviewPage({ ...page, ...asks, stepUpLimitMinor, ...problem }))
  }

  return { read, keep, find, safeTarget, showForm, review, showReview }
}
