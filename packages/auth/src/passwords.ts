import { randomBytes } from 'node:crypto'
import argon2 from 'argon2'
import fastq from 'fastq'
import { AuthError } from './errors.js'

/** argon2id at OWASP's second recommended setting: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export interface PasswordsOptions {
  /** Hashes computed at once. More than the cores only fills libuv's thread pool, which files and DNS share. */
  readonly concurrency: number
  /** Sign-ins that may wait for their turn; the next one is answered 503. */
  readonly queueLength: number
}

export interface Passwords {
  /** A PHC string with its own salt and parameters. */
  hash(password: string): Promise<string>
  /**
   * Whether `password` is the one that `hash` was made from. With `null` (no such user) it costs the same and is false,
   * so that time does not tell which usernames exist. `needsRehash`: the numbers have changed since; store a new hash.
   */
  verify(hash: string | null, password: string): Promise<{ valid: boolean; needsRehash: boolean }>
}

type Job = () => Promise<unknown>

/**
 * Hashes and checks passwords, a bounded number at once. Computes one hash at once: the decoy for unknown users, and a
 * proof that the native module works on this machine.
 *
 * Does *not* count attempts: limit them before calling.
 *
 * Both functions throw {AuthError} `unavailable` with `Retry-After` when the queue is full.
 */
export async function createPasswords({ concurrency, queueLength }: PasswordsOptions): Promise<Passwords> {
  const queue = fastq.promise<unknown, Job, unknown>((job) => job(), concurrency)
  const enqueue = <T>(job: () => Promise<T>): Promise<T> => {
    if (queue.running() >= concurrency && queue.length() >= queueLength) {
      throw new AuthError('unavailable', 'password queue is full', { 'retry-after': '1' })
    }
    return queue.push(job) as Promise<T>
  }
  const decoy = await argon2.hash(randomBytes(32), PARAMETERS)

  return {
    hash: async (password) => enqueue(() => argon2.hash(normalise(password), PARAMETERS)),
    verify: async (hash, password) =>
      enqueue(async () => {
        const matches = await argon2.verify(hash ?? decoy, normalise(password))
        const valid = hash !== null && matches
        return { valid, needsRehash: valid && argon2.needsRehash(hash, PARAMETERS) }
      }),
  }
}

/** One password, typed on two keyboards, is one string (RFC 8265 section 4.2.2). */
function normalise(password: string): string {
  return password.normalize('NFC')
}
