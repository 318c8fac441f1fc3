import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fastq from 'fastq'
import { type EstimateJob, unavailable } from './hasher.js'

export interface Estimator {
  isGuessable(job: EstimateJob): Promise<boolean>
  close(): Promise<void>
}

/**
 * Estimates passwords one by one in a thread: zxcvbn is JavaScript, and one password can take 100 ms. The thread starts with the
 * first password, loads its dictionaries then, and does not keep the process alive.
 */
export function createEstimator(): Estimator {
  let worker: Worker | undefined

  function start(): Worker {
    const started = new Worker(new URL('./estimate.js', import.meta.url), { env: {}, execArgv: [] })
    started.on('exit', () => {
      if (worker === started) worker = undefined
    })
    // Its exit rejects the pending job below.
    started.on('error', () => {})
    return started
  }

  const queue = fastq.promise<unknown, EstimateJob, boolean>(async (job) => {
    worker ??= start()
    const used = worker
    used.ref()
    const ended = new AbortController()
    const end = () => ended.abort()
    used.once('exit', end)
    try {
      const response = once(used, 'message', { signal: ended.signal })
      used.postMessage(job)
      const [isGuessable] = await response
      return isGuessable === true
    } catch {
      throw unavailable('the password estimation thread exited')
    } finally {
      used.off('exit', end)
      used.unref()
    }
  }, 1)

  return {
    isGuessable: (job) => queue.push(job),
    close: async () => {
      await worker?.terminate()
    },
  }
}
