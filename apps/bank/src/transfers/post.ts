import { randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, ServiceError } from '@signet/service'
import { lockForTransfer, postTransfer, type Transaction } from '../ledger/store.js'
import { takeConfirmation } from './confirmations.js'
import { createCustomerQueue } from './queue.js'
import { type AcceptedRequest, type Confirmation, commitmentOf, entryMemos, needsConfirmation } from './rules.js'
import { takeKey } from './store.js'

export interface Posting extends AcceptedRequest {
  readonly userId: string
  readonly key: string
  readonly requestHash: string
  /** What a recent authentication confirms it with. */
  readonly confirmedBy: Confirmation | null
  /** Time of the request. */
  readonly now: Date
  /** Runs through both services' logs when the deposit is delivered. */
  readonly context: CallContext
}

interface Posted {
  readonly id: string
  readonly createdAt: Date
}

/**
 * Moves money. Returns null when the key is already in use.
 *
 * @throws {ServiceError} `reauthentication_required`, `insufficient_funds`; `unavailable` when too many wait.
 */
export type Post = (posting: Posting) => Promise<Posted | null>

/** Pending deposits per customer, so that one customer cannot delay others. */
export const MAX_PENDING_DEPOSITS = 200
/** Waiting time for locks of other transfers; then 503. */
export const POST_LIMITS = { timeout: 8_000 }

export interface PostOptions {
  readonly db: BankDatabase
  /** See `needsConfirmation`. */
  readonly stepUpLimitMinor: number
}

/** Creates a function that posts transfers, one at a time per customer. */
export const createPost = (options: PostOptions): Post =>
  createCustomerQueue((posting: Posting) => postNow(options, posting))

/**
 * Writes the key, the transfer, its ledger entries and, for retirement, the outbox row in one transaction. Locks are always
 * taken in the same order: key, customer, accounts by id. The state that decides is read under the locks, so concurrent
 * requests at any replica are decided one by one. A refusal rolls back everything, including the key.
 */
async function postNow({ db, stepUpLimitMinor }: PostOptions, posting: Posting): Promise<Posted | null> {
  const { userId, kind, amountMinor, key, requestHash, confirmedBy, now } = posting
  const id = randomUUID()
  return db.$transaction(async (transaction) => {
    if (!(await takeKey(transaction, { ...posting, transferId: id }))) return null
    const confirm: Confirm = async (sentMinor) => {
      const confirmed = confirmedBy !== null
      return needsConfirmation({ kind, amountMinor, confirmed, sentMinor, limitMinor: stepUpLimitMinor })
        ? takeConfirmation(transaction, commitmentOf(userId, key, requestHash), now)
        : confirmedBy
    }
    return { id, createdAt: await postWithin(transaction, { ...posting, id }, confirm) }
  }, POST_LIMITS)
}

/** Returns what confirms a transfer. @param sentMinor unconfirmed money of the last hour, read under the locks */
type Confirm = (sentMinor: bigint) => Promise<Confirmation | null>

/**
 * Moves money within a transaction and returns when. A refusal writes no transfer.
 *
 * @throws {ServiceError} `not_found`, `insufficient_funds`, `unavailable`, and what `confirm` throws.
 */
export async function postWithin(
  transaction: Transaction,
  transfer: Omit<Posting, 'key' | 'requestHash' | 'confirmedBy' | 'now'> & { readonly id: string },
  confirm: Confirm,
): Promise<Date> {
  const { id, userId, from, to, kind, amountMinor, memo, context } = transfer
  const parties = { userId, fromAccountId: from.id, toAccountId: to?.id ?? null }
  const payer = await lockForTransfer(transaction, parties)
  if (!payer) throw new ServiceError('not_found', 'You have no such account.')
  const confirmedBy = await confirm(payer.sentWithoutPasswordMinor)
  if (payer.balanceMinor < amountMinor) throw new ServiceError('insufficient_funds')
  if (kind === 'retirement' && payer.pendingDeposits >= MAX_PENDING_DEPOSITS) {
    const sentence = 'Nothing was sent, because too many of your transfers to retirement are pending. Try again later.'
    throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '5' } })
  }
  return postTransfer(transaction, { id, ...parties, amountMinor, memo, ...entryMemos(transfer), confirmedBy, context })
}
