import type { Identity } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, isUuid, ServiceError } from '@signet/service'
import { problemOf, type ReadForm, type TransferForm, type TransferProblems } from './form-rules.js'
import type { createPost } from './post.js'
import { confirmationOf, kindOf, parseDestination, RETIREMENT, requestHash, type TransferRequest } from './rules.js'
import { findDestination, findEarlier, findOwnAccount, type Transfer } from './store.js'

export interface RequestOptions {
  readonly db: BankDatabase
  readonly post: ReturnType<typeof createPost>
  /** Called after a deposit has been committed to the outbox. */
  readonly onDeposit: () => void
}

export interface PresentedRequest {
  readonly request: TransferRequest
  readonly customer: Pick<Identity, 'id' | 'authTimeSeconds' | 'amr'>
  readonly key: string
  readonly now: Date
  /** Sent to retirement with the deposit. */
  readonly context: CallContext
}

export interface RequestedTransfer {
  readonly transfer: Transfer
  /** Whether this is a repetition, which moved no money. */
  readonly replayed: boolean
}

/**
 * Executes a customer's transfer request once per key.
 *
 * @throws {ServiceError} `not_found`, `invalid_request`, `reauthentication_required`, `insufficient_funds`,
 *   `unavailable` when the queue is full: no money was moved and the key is still free; `idempotency_key_reused`: the key
 *   belongs to another request.
 */
export async function requestTransfer(options: RequestOptions, presented: PresentedRequest) {
  const { db } = options
  const { request, customer, key, now, context } = presented
  const hash = requestHash(request)
  const earlier = await replay(db, customer.id, key, hash)
  if (earlier) return earlier

  const { from, to } = await findParties(db, customer.id, request)
  const accepted = {
    from,
    to,
    kind: kindOf(customer.id, to),
    amountMinor: BigInt(request.amountMinor),
    memo: request.memo,
  }
  const confirmedBy = confirmationOf(customer, now)
  const posting = { ...accepted, userId: customer.id, key, requestHash: hash, confirmedBy, now, context }
  const posted = await options.post(posting)
  if (posted) {
    if (!to) options.onDeposit()
    return { transfer: { ...accepted, currency: from.currency, ...posted }, replayed: false }
  }
  // A concurrent request with the same key was first. The sweep does not delete new keys, so it exists.
  const first = await replay(db, customer.id, key, hash)
  if (!first) throw new ServiceError('unavailable')
  return first
}

async function replay(db: BankDatabase, userId: string, key: string, hash: string): Promise<RequestedTransfer | null> {
  const earlier = await findEarlier(db, userId, key)
  if (!earlier) return null
  if (earlier.requestHash !== hash) throw new ServiceError('idempotency_key_reused')
  return { transfer: earlier.transfer, replayed: true }
}

/** A typed request and its accounts. */
export interface Reviewed<Typed = TransferRequest> {
  readonly request: Typed
  readonly parties: Awaited<ReturnType<typeof findParties>>
}

/** Finds the accounts of a typed request. Returns an error per field when it has any, or when an account does not fit. */
export async function reviewedOf<Typed extends TransferRequest, Problems>(
  db: BankDatabase,
  userId: string,
  { request, problems }: ReadForm<Typed, Problems>,
  form: TransferForm,
): Promise<{ reviewed?: Reviewed<Typed>; problems?: Problems | TransferProblems | undefined }> {
  if (!request) return { problems }
  try {
    return { reviewed: { request, parties: await findParties(db, userId, request) } }
  } catch (error) {
    if (!(error instanceof ServiceError) || error.statusCode >= 500) throw error
    return { problems: problemOf(error.code, error.message, form) }
  }
}

/** Returns the two accounts of a request; `to` is null for retirement. */
async function findParties(db: BankDatabase, userId: string, request: Pick<TransferRequest, 'from' | 'to'>) {
  const from = isUuid(request.from) ? await findOwnAccount(db, userId, request.from) : null
  if (!from) throw new ServiceError('not_found', 'You have no such account.')
  const destination = parseDestination(request.to)
  if (destination === RETIREMENT) return { from, to: null }
  const to = destination && (await findDestination(db, destination))
  if (!to) throw new ServiceError('not_found', 'No account has this number.')
  if (to.id === from.id) throw new ServiceError('invalid_request', 'Choose two different accounts.')
  if (to.currency !== from.currency)
    throw new ServiceError('invalid_request', 'The accounts are in different currencies.')
  return { from, to }
}
