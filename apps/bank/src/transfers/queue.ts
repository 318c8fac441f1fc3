import { ServiceError } from '@signet/service'
import fastq, { type queueAsPromised } from 'fastq'

/** Concurrent transfers per process, which leaves database connections for other requests. */
const CONCURRENCY = 6
/** Waiting transfers per customer. */
const MAX_WAITING_OF_CUSTOMER = 250
/** Customers with waiting transfers. */
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
