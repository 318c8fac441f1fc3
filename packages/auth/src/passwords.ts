import { randomBytes } from 'node:crypto'
import { createFairQueue, type QueueOptions } from './hashing/fair-queue.js'
import type { Hasher, HashingParameters } from './hashing/hasher.js'
import { inProcessHasher } from './hashing/in-process.js'
import { passwordLengthProblem } from './password-policy.js'

/** argon2id at OWASP's second recommended setting: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const PARAMETERS: HashingParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The time of an estimate grows with the length: this much of a password and of each personal word is estimated. */
const ESTIMATED_CHARACTERS = 40
const MAX_PERSONAL_WORDS = 8

export interface PasswordsOptions {
  /** Hashes computed at once. More than the cores only takes more memory: 19 MiB each. */
  readonly concurrency: number
  /** Logins that may wait; the next one gets 503. */
  readonly queueLength: number
  /** What computes the hashes. Default: `inProcessHasher()`. `close` closes it. */
  readonly hasher?: Hasher
}

export interface Passwords {
  /** A PHC string with its own salt and parameters. */
  hash(password: string, options?: QueueOptions): Promise<string>
  /**
   * Whether `password` is the one that `hash` was made from. With `null` (no such user) it costs the same and is false,
   * so that time does not tell which usernames exist. `needsRehash`: the numbers have changed since; store a new hash.
   */
  verify(
    hash: string | null,
    password: string,
    options?: QueueOptions,
  ): Promise<{ valid: boolean; needsRehash: boolean }>
  /**
   * Why a new password cannot be taken, as a sentence, or undefined when it can: too short, too long, or among the first
   * that an attacker would guess (common passwords, repetitions, keyboard runs, the personal words).
   *
   * Does *not* ask a breach database.
   *
   * @param personal words that the user is known by.
   */
  problem(password: string, personal?: readonly string[], options?: QueueOptions): Promise<string | undefined>
  load(): PasswordLoad
  /** Ends what the hasher has started; it also ends with this process. */
  close(): Promise<void>
}

/** How busy the queue is now, and how many it has turned away since the start. */
export interface PasswordLoad {
  readonly running: number
  readonly waiting: number
  readonly refused: number
}

/**
 * Hashes, checks and estimates passwords, a bounded number at once, off the event loop. Computes one hash
 * immediately: the decoy for unknown users, and a proof that the native module works on this machine.
 *
 * Does *not* count attempts: limit them before calling.
 *
 * All of it throws {AuthError} `unavailable` with `Retry-After` when the queue has no place for the client
 * (`hashing/fair-queue.ts`), and the reason of a signal that was aborted before its turn.
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
    hash: (password, options) => queue.run(() => hash(normalise(password)), options),
    verify: (hash, password, options) =>
      queue.run(async () => {
        const compared = { password: normalise(password), parameters: PARAMETERS, hash: hash ?? decoy }
        const { matches, needsRehash } = await hasher.run(compared)
        const valid = hash !== null && matches === true
        return { valid, needsRehash: valid && needsRehash === true }
      }, options),
    problem: async (password, personal = [], options = {}) => {
      const problem = passwordLengthProblem(password)
      if (problem !== undefined) return problem
      const estimated = { password: head(password), personal: personal.slice(0, MAX_PERSONAL_WORDS).map(head) }
      const { isGuessable } = await queue.run(() => hasher.run(estimated), options)
      return isGuessable === true
        ? 'This password is among the first that an attacker would guess. Choose another.'
        : undefined
    },
    close: () => hasher.close(),
    load: () => {
      const running = Math.min(queue.size(), concurrency)
      return { running, waiting: queue.size() - running, refused: queue.refused() }
    },
  }
}

/** One password, typed on two keyboards, is one string (RFC 8265 section 4.2.2). */
function normalise(password: string): string {
  return password.normalize('NFC')
}

const head = (text: string): string =>
  [...text.slice(0, 2 * ESTIMATED_CHARACTERS)].slice(0, ESTIMATED_CHARACTERS).join('')
