import { AuthError } from '../errors.js'

/** Cost parameters of argon2id (RFC 9106, section 3.1). `memoryCost` is in KiB. */
export interface HashingParameters {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** Hashes a password, or compares it with `hash`. */
interface HashJob {
  readonly password: string
  readonly parameters: HashingParameters
  readonly hash?: string
}

/** Estimates whether a new password is easy to guess. */
export interface EstimateJob {
  readonly password: string
  /** Words related to the user. */
  readonly personal: readonly string[]
}

export type HashingJob = HashJob | EstimateJob

export interface HashingResult {
  /** The hash, if the job had none. */
  readonly hash?: string
  readonly matches?: boolean
  /** Whether the hash has other parameters than the job. */
  readonly needsRehash?: boolean
  readonly isGuessable?: boolean
}

/** Performs slow password operations off the event loop: `inProcessHasher`, `processHasher`. */
export interface Hasher {
  /** Jobs that it accepts in advance, so that a free thread gets its next job at once. */
  readonly jobsAhead: number
  /** Rejects with {@link AuthError} `unavailable` when its thread or process exits meanwhile. The next job starts another. */
  run(job: HashingJob): Promise<HashingResult>
  /** Stops its threads and processes. A later job starts new ones. */
  close(): Promise<void>
}

/** Returns the error of a temporary failure. `detail` is for the log. */
export const unavailable = (detail: string) => new AuthError('unavailable', detail, { 'retry-after': '1' })
