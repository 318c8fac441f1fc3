import { type Hasher, inProcessHasher } from '@signet/auth/issuer'

/** The lowest cost that argon2 accepts. */
const LOWEST_COST = { memoryCost: 8, timeCost: 1, parallelism: 1 }

/** Hashes with argon2id at its lowest cost, for tests of something else: a hash with the product's cost takes 40 ms. */
export function quickHasher(): Hasher {
  const hasher = inProcessHasher()
  return {
    ...hasher,
    run: (job) => hasher.run('parameters' in job ? { ...job, parameters: LOWEST_COST } : job),
  }
}
