/** The costs of argon2id (RFC 9106 section 3.1). */
export interface HashingParameters {
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/** A job of the hashing process: to hash a password, or to compare it with a hash. */
export interface HashingJob {
  readonly password: string
  readonly parameters: HashingParameters
  /** Where there is one, the password is compared with it. */
  readonly hash?: string
}

export interface HashingResult {
  /** The hash, where the job had none. */
  readonly hash?: string
  readonly matches?: boolean
  /** Whether the hash was made with other parameters than those of the job. */
  readonly needsRehash?: boolean
}

export type HashingQuestion = HashingJob & { readonly id: number }
export type HashingAnswer = HashingResult & { readonly id: number; readonly error?: string }
