import { createEstimator } from './estimator.js'
import type { Hasher } from './hasher.js'

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
