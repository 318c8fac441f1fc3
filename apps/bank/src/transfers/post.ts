import { randomUUID } from 'node:crypto'
import { type CallContext, ServiceError } from '@signet/service'
import fastq, { type queueAsPromised } from 'fastq'
import { lockForTransfer, postTransfer, type Transaction } from '../ledger/store.js'
import type { BankOptions } from '../options.js'
import { takeConfirmation } from './confirmations.js'
import { type AcceptedRequest, type Confirmation, commitmentOf, entryMemos, needsConfirmation } from './rules.js'
import { takeKey } from './store.js'

interface Posting extends AcceptedRequest {
  readonly userId: string
  readonly key: string
  readonly requestHash: string
  /** What a recent authentication confirms it with. */
  readonly confirmedBy: Confirmation | null
  readonly now: Date
  /** Runs through both services' logs when the deposit is delivered. */
  readonly context: CallContext
}

/** Pending deposits per customer, so that one customer cannot delay others. */
export const MAX_PENDING_DEPOSITS = 200
/** Waiting time for locks of other transfers; then 503. */
export const POST_LIMITS = { timeout: 8_000 }

type PostOptions = Pick<BankOptions, 'db' | 'stepUpLimitMinor'>

/**
 * Creates a function that moves money, one transfer at a time per customer. It returns null when the key is already in use.
 *
 * @throws {ServiceError} `reauthentication_required`, `insufficient_funds`; `unavailable` when too many wait.
 */
export const createPost = (options: PostOptions) => createCustomerQueue((posting: Posting) => postNow(options, posting))

/**
 * Writes the key, the transfer, its ledger entries and, for retirement, the outbox row in one transaction. Locks are always
 * taken in the same order: key, customer, accounts by id. The state that decides is read under the locks, so concurrent
 * requests at any replica are decided one by one. A refusal rolls back everything, including the key.
 */
async function postNow({ db, stepUpLimitMinor }: PostOptions, posting: Posting) {
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

/** Concurrent transfers per process, which leaves database connections for other requests. */
const CONCURRENCY = 6
const MAX_WAITING_OF_CUSTOMER = 250
const MAX_WAITING_CUSTOMERS = 1_000

/**
 * Runs jobs with bounded concurrency. Waiting jobs hold no connection. Each customer has one running job, because the
 * database serializes a customer's transfers. Each customer has one place in the queue, so that many requests of one do not
 * delay another. A job is refused with `unavailable` when the queue is full.
 */
export function createCustomerQueue<Job extends { readonly userId: string }, Result>(
  work: (job: Job) => Promise<Result>,
): (job: Job) => Promise<Result> {
  const line = fastq.promise<unknown, Job, Result>(work, CONCURRENCY)
  const own = new Map<string, queueAsPromised<Job, Result>>()

  function queueOf(userId: string): queueAsPromised<Job, Result> {
    const known = own.get(userId)
    if (known) return known
    const queue = fastq.promise<unknown, Job, Result>((job) => line.push(job), 1)
    own.set(userId, queue)
    queue.drain = () => own.delete(userId)
    return queue
  }

  return async (job) => {
    const queue = queueOf(job.userId)
    const isNewcomer = queue.idle()
    if (isNewcomer ? line.length() >= MAX_WAITING_CUSTOMERS : queue.length() >= MAX_WAITING_OF_CUSTOMER) {
      if (isNewcomer) own.delete(job.userId)
      const sentence = 'Nothing was sent, because too many transfers are in progress. Try again in a moment.'
      throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '1' } })
    }
    return queue.push(job)
  }
}
