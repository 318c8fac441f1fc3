import { randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, ServiceError } from '@signet/service'
import { lockForTransfer, postTransfer } from '../ledger/store.js'
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
const LIMITS = { timeout: 8_000 }

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
  const { userId, from, to, kind, amountMinor, memo, key, requestHash, now, context } = posting
  const parties = { userId, fromAccountId: from.id, toAccountId: to?.id ?? null }
  const id = randomUUID()
  return db.$transaction(async (transaction) => {
    if (!(await takeKey(transaction, { ...posting, transferId: id }))) return null
    const payer = await lockForTransfer(transaction, parties)
    if (!payer) throw new ServiceError('not_found', 'You have no such account.')
    const sentMinor = payer.sentWithoutPasswordMinor
    let { confirmedBy } = posting
    const confirmed = confirmedBy !== null
    if (needsConfirmation({ kind, amountMinor, confirmed, sentMinor, limitMinor: stepUpLimitMinor })) {
      const isSigned = await takeConfirmation(transaction, commitmentOf(userId, key, requestHash), now)
      if (!isSigned) throw new ServiceError('reauthentication_required')
      confirmedBy = 'passkey'
    }
    if (payer.balanceMinor < amountMinor) throw new ServiceError('insufficient_funds')
    if (kind === 'retirement' && payer.pendingDeposits >= MAX_PENDING_DEPOSITS) {
      const sentence =
        'Nothing was sent, because too many of your transfers to retirement are pending. Try again later.'
      throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '5' } })
    }
    const entries = entryMemos(posting)
    const transfer = { id, ...parties, amountMinor, memo, ...entries, confirmedBy, context }
    return { id, createdAt: await postTransfer(transaction, transfer) }
  }, LIMITS)
}
