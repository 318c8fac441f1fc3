import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fastq from 'fastq'
import { type EstimateJob, unavailable } from './hasher.js'

export interface Estimator {
  isGuessable(job: EstimateJob): Promise<boolean>
  close(): Promise<void>
}

/**
 * Estimates passwords one after the other in a thread: zxcvbn is JavaScript, and one password can take a tenth of a second.
 * The thread is started with the first password, with its dictionaries, and does not keep the process alive.
 */
export function createEstimator(): Estimator {
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL('./estimate.js', import.meta.url), { env: {}, execArgv: [] })
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    // Also told to whoever waits for an answer, below.
    started.on('error', () => {})
    return started
  }

  const queue = fastq.promise<unknown, EstimateJob, boolean>(async (job) => {
    worker ??= start()
    const asked = worker
    asked.ref()
    const ended = new AbortController()
    const end = () => ended.abort()
    asked.once('exit', end)
    try {
      const answer = once(asked, 'message', { signal: ended.signal })
      asked.postMessage(job)
      const [isGuessable] = await answer
      return isGuessable === true
    } catch {
      throw unavailable('the thread that estimates passwords ended')
    } finally {
      asked.off('exit', end)
      asked.unref()
    }
  }, 1)

  return {
    isGuessable: (job) => queue.push(job),
    close: async () => {
      await worker?.terminate()
    },
  }
}
