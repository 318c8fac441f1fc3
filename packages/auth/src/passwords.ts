import { randomBytes } from 'node:crypto'
import { createFairQueue, type QueueOptions } from './hashing/fair-queue.js'
import type { Hasher, HashingParameters } from './hashing/hasher.js'
import { inProcessHasher } from './hashing/in-process.js'

/** OWASP's second recommended setting of argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const PARAMETERS: HashingParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Estimation time grows with length, so only this much of a password and of each personal word is estimated. */
const ESTIMATED_CHARACTERS = 40
const MAX_PERSONAL_WORDS = 8

export interface PasswordsOptions {
  /** Concurrent hashes. More than the number of cores only takes more memory: 19 MiB each. */
  readonly concurrency: number
  /** Logins that may wait. Further ones get 503. */
  readonly queueLength: number
  /** Computes the hashes. Default: `inProcessHasher()`. `close` closes it. */
  readonly hasher?: Hasher
}

export interface Passwords {
  /** Returns the hash as a PHC string with its own salt and parameters. */
  hash(password: string, options?: QueueOptions): Promise<string>
  /**
   * Verifies a password. With `null` (no such user) it costs the same and returns false, so that the time reveals no usernames.
   * `needsRehash`: the parameters have changed, so store a new hash.
   */
  verify(
    hash: string | null,
    password: string,
    options?: QueueOptions,
  ): Promise<{ valid: boolean; needsRehash: boolean }>
  /**
   * Returns why a new password is refused, as a sentence, or undefined: too short, too long, or easy to guess (common passwords,
   * repetitions, keyboard runs, personal words).
   *
   * Does *not* query a breach database.
   *
   * @param personal words related to the user
   */
  problem(password: string, personal?: readonly string[], options?: QueueOptions): Promise<string | undefined>
  load(): PasswordLoad
  /** Stops the hasher's threads and processes, which also end with this process. */
  close(): Promise<void>
}

/** The current load of the queue, and the number of refused jobs since the start. */
export interface PasswordLoad {
  readonly running: number
  readonly waiting: number
  readonly refused: number
}

/**
 * Hashes, verifies and estimates passwords off the event loop, with bounded concurrency. Computes one hash at creation: the decoy
 * for unknown users, and a test that the native module works on this machine.
 *
 * Does *not* count attempts: limit them before calling.
 *
 * All methods reject with {@link AuthError} `unavailable` and `Retry-After` when the queue is full for the client
 * (`hashing/fair-queue.ts`). They reject with the signal's reason when it aborts before the job starts.
 */
export async function createPasswords(options: PasswordsOptions): Promise<Passwords> {
  const { concurrency, queueLength, hasher = inProcessHasher() } = options
  const queue = createFairQueue({ atOnce: concurrency + hasher.jobsAhead, places: concurrency + queueLength })
  const hash = async (password: string): Promise<string> => {
    const { hash } = await hasher.run({ password, parameters: PARAMETERS })
    if (hash === undefined) throw new TypeError('the hasher returned no hash')
    return hash
  }
  const decoy = await hash(randomBytes(32).toString('base64url'))

  return {
    hash: (password, options) => queue.run(() => hash(normalize(password)), options),
    verify: (hash, password, options) =>
      queue.run(async () => {
        const compared = { password: normalize(password), parameters: PARAMETERS, hash: hash ?? decoy }
        const { matches, needsRehash } = await hasher.run(compared)
        const valid = hash !== null && matches === true
        return { valid, needsRehash: valid && needsRehash === true }
      }, options),
    problem: async (password, personal = [], options = {}) => {
      const problem = passwordLengthProblem(password)
      if (problem !== undefined) return problem
      const estimated = { password: head(password), personal: personal.slice(0, MAX_PERSONAL_WORDS).map(head) }
      const { isGuessable } = await queue.run(() => hasher.run(estimated), options)
      return isGuessable === true ? 'This password is easy to guess. Choose another.' : undefined
    },
    close: () => hasher.close(),
    load: () => {
      const running = Math.min(queue.size(), concurrency)
      return { running, waiting: queue.size() - running, refused: queue.refused() }
    },
  }
}

/** Normalizes, so that a password typed on different keyboards is the same string (RFC 8265, section 4.2.2). */
function normalize(password: string): string {
  return password.normalize('NFC')
}

const head = (text: string): string =>
  [...text.slice(0, 2 * ESTIMATED_CHARACTERS)].slice(0, ESTIMATED_CHARACTERS).join('')

/** NIST SP 800-63B-4, section 3.1.1.2: at least 15 if the password is the only factor, and no composition rules. */
export const MIN_PASSWORD_CHARACTERS = 15
export const MAX_PASSWORD_CHARACTERS = 128

/** Returns why a new password is too short or too long, as a sentence, or undefined. Needs no queue. */
export function passwordLengthProblem(password: string): string | undefined {
  const characters = [...password].length
  if (characters < MIN_PASSWORD_CHARACTERS) {
    return `Use at least ${MIN_PASSWORD_CHARACTERS} characters. A few words are easy to remember.`
  }
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`
  return undefined
}
