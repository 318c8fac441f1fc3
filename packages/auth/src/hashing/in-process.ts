import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fastq from 'fastq'
import { type EstimateJob, type Hasher, unavailable } from './hasher.js'

/**
 * Hashes in this process. argon2 runs in libuv's thread pool, which files and DNS also use: four threads, unless
 * `UV_THREADPOOL_SIZE` sets another number. For many logins, `processHasher` separates them.
 */
export function inProcessHasher(): Hasher {
  const estimator = createEstimator()
  // Loaded lazily: a service that hashes elsewhere does not need the native module.
  const loadArgon2 = () => import('argon2').then((module) => module.default)
  return {
    jobsAhead: 0,
    run: async (job) => {
      if ('personal' in job) return { isGuessable: await estimator.isGuessable(job) }
      const { password, parameters, hash } = job
      const argon2 = await loadArgon2()
      if (hash === undefined) return { hash: await argon2.hash(password, { ...parameters, type: argon2.argon2id }) }
      return { matches: await argon2.verify(hash, password), needsRehash: argon2.needsRehash(hash, parameters) }
    },
    close: () => estimator.close(),
  }
}

interface Estimator {
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
