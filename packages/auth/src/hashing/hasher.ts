import { AuthError } from '../errors.js'

/** The costs of argon2id (RFC 9106 section 3.1). */
export interface HashingParameters {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** To hash a password, or to compare it with a hash where there is one. */
interface HashJob {
  readonly password: string
  readonly parameters: HashingParameters
  readonly hash?: string
}

/** To estimate whether a new password is among the first that an attacker would guess. */
export interface EstimateJob {
  readonly password: string
  /** Words that the user is known by. */
  readonly personal: readonly string[]
}

export type HashingJob = HashJob | EstimateJob

export interface HashingResult {
  /** The hash, where the job had none. */
  readonly hash?: string
  readonly matches?: boolean
  /** Whether the hash was made with other parameters than those of the job. */
  readonly needsRehash?: boolean
  readonly isGuessable?: boolean
}

/** Computes what is slow about passwords, off the event loop: `inProcessHasher`, `processHasher`. */
export interface Hasher {
  /** Jobs that it holds beyond those under way, so that a thread that is done has its next one at once. */
  readonly jobsAhead: number
  /** @throws {AuthError} `unavailable` when what computes it ended meanwhile; the next job starts another. */
  run(job: HashingJob): Promise<HashingResult>
  /** Ends what it has started. A later job starts another. */
  close(): Promise<void>
}

/** Not now, and nothing has been decided: `detail` is for the log. */
export const unavailable = (detail: string) => new AuthError('unavailable', detail, { 'retry-after': '1' })
