import { ServiceError } from '@signet/service'
import fastq, { type queueAsPromised } from 'fastq'

/** Transfers of one process under way at once: some of its connections are always left for everything else. */
const CONCURRENCY = 6
/** Transfers of one customer that may wait for that. */
const MAX_WAITING_OF_CUSTOMER = 250
/** Customers that may have a transfer waiting. */
const MAX_WAITING_CUSTOMERS = 1_000

/**
 * Does the customers' jobs a few at a time. The rest wait here, where they hold no connection. One customer has one job under way,
 * because the database does one customer's transfers in turn, and one place in the line: many requests of one customer do not
 * delay another's. A job that finds too many waiting is refused with `unavailable`.
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
      const sentence =
        'More transfers are under way than can be carried out at once. Nothing was sent. Try again in a moment.'
      throw new ServiceError('unavailable', sentence, { headers: { 'retry-after': '1' } })
    }
    return queue.push(job)
  }
}
