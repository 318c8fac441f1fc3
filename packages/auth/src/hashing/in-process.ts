import { createEstimator } from './estimator.js'
import type { Hasher } from './hasher.js'

/**
 * Hashes in this process. argon2 computes in libuv's thread pool, which files and DNS use too: four threads unless
 * `UV_THREADPOOL_SIZE` says otherwise. Where logins are many, `processHasher` keeps them apart.
 */
export function inProcessHasher(): Hasher {
  const estimator = createEstimator()
  // Loaded by the first job: a service whose passwords are hashed elsewhere does not load the native module.
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
