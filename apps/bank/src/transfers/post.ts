import { randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, ServiceError } from '@signet/service'
import { lockForTransfer, postTransfer } from '../ledger/store.js'
import { createCustomerQueue } from './queue.js'
import { type AcceptedRequest, entryMemos, needsPassword } from './rules.js'
import { takeKey } from './store.js'

export interface Posting extends AcceptedRequest {
  readonly userId: string
  readonly key: string
  readonly requestHash: string
  /** Whether the password was typed in the five minutes before. */
  readonly passwordConfirmed: boolean
  /** Runs through both services' logs when the deposit is delivered. */
  readonly context: CallContext
}

interface Posted {
  readonly id: string
  readonly createdAt: Date
}

/**
 * Moves money; null when the key is taken.
 *
 * @throws {ServiceError} `reauthentication_required`, `insufficient_funds`; `unavailable` when too many wait.
 */
export type Post = (posting: Posting) => Promise<Posted | null>

/** One customer's deposits that may wait for retirement: what is beyond would delay those of others. */
export const MAX_PENDING_DEPOSITS = 200
/** For transfers that were first at the same account; then 503. */
const LIMITS = { timeout: 8_000 }

export interface PostOptions {
  readonly db: BankDatabase
  /** See `needsPassword`. */
  readonly stepUpLimitMinor: number
}

/** Posts transfers, in turn by customer. */
export const createPost = (options: PostOptions): Post =>
  createCustomerQueue((posting: Posting) => postNow(options, posting))

/**
 * The key, the transfer, its ledger entries and, for retirement, the row in the outbox, all in one transaction. Locks in one order
 * everywhere: the key, the customer, then the accounts by id. What decides is read under the locks, so that requests at
 * once, at any replica, are judged in turn. After a refusal nothing is left of it, the key included.
 */
async function postNow({ db, stepUpLimitMinor }: PostOptions, posting: Posting): Promise<Posted | null> {
  const { userId, from, to, kind, amountMinor, memo, passwordConfirmed, context } = posting
  const parties = { userId, fromAccountId: from.id, toAccountId: to?.id ?? null }
  const id = randomUUID()
  return db.$transaction(async (transaction) => {
    if (!(await takeKey(transaction, { ...posting, transferId: id }))) return null
    const payer = await lockForTransfer(transaction, parties)
    if (!payer) throw new ServiceError('not_found', 'You have no such account.')
    const sentMinor = payer.sentWithoutPasswordMinor
    if (needsPassword({ kind, amountMinor, passwordConfirmed, sentMinor, limitMinor: stepUpLimitMinor })) {
      throw new ServiceError('reauthentication_required')
    }
    if (payer.balanceMinor < amountMinor) throw new ServiceError('insufficient_funds')
    if (kind === 'retirement' && payer.pendingDeposits >= MAX_PENDING_DEPOSITS) {
      const sentence = 'Too many of your transfers to retirement are still pending. Nothing was sent. Try again later.'
      throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '5' } })
    }
    const entries = entryMemos(posting)
    const transfer = { id, ...parties, amountMinor, memo, ...entries, passwordConfirmed, context }
    return { id, createdAt: await postTransfer(transaction, transfer) }
  }, LIMITS)
}
