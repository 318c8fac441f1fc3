import { randomBytes } from 'node:crypto'
import fastq from 'fastq'
import { createHasher, unavailable } from './hashing/hasher.js'
import type { HashingParameters } from './hashing/job.js'

/** argon2id at OWASP's second recommended setting: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const PARAMETERS: HashingParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export interface PasswordsOptions {
  /** Hashes computed at once. More than the cores only takes more memory: 19 MiB each. */
  readonly concurrency: number
  /** Logins that may wait; the next one gets 503. */
  readonly queueLength: number
}

export interface WaitOptions {
  /** Aborted when the client has disconnected: a job that has not begun by then leaves the queue. */
  readonly signal?: AbortSignal
}

export interface Passwords {
  /** A PHC string with its own salt and parameters. */
  hash(password: string, options?: WaitOptions): Promise<string>
  /**
   * Whether `password` is the one that `hash` was made from. With `null` (no such user) it costs the same and is false,
   * so that time does not tell which usernames exist. `needsRehash`: the numbers have changed since; store a new hash.
   */
  verify(
    hash: string | null,
    password: string,
    options?: WaitOptions,
  ): Promise<{ valid: boolean; needsRehash: boolean }>
  load(): PasswordLoad
  /** Ends the process that hashes; it also ends with this one. */
  close(): Promise<void>
}

/** How busy the queue is now, and how many it has turned away since the start. */
export interface PasswordLoad {
  readonly running: number
  readonly waiting: number
  readonly refused: number
}

type Job = () => Promise<unknown>

/**
 * Hashes and checks passwords, a bounded number at once, in a process of its own (`hashing/hasher.ts`). Computes one hash
 * immediately: the decoy for unknown users, and a proof that the native module works on this machine.
 *
 * Does *not* count attempts: limit them before calling.
 *
 * Hashing and checking throw {AuthError} `unavailable` with `Retry-After` when the queue is full, and the reason of a signal that was
 * aborted before their turn.
 */
export async function createPasswords({ concurrency, queueLength }: PasswordsOptions): Promise<Passwords> {
  // As many again are sent ahead and wait there: a thread that is done has its next password at once.
  const queue = fastq.promise<unknown, Job, unknown>((job) => job(), 2 * concurrency)
  let refused = 0
  // Disconnected clients in the queue: they take no place, and are skipped when their turn comes.
  let gone = 0
  const places = concurrency + queueLength
  const underWay = () => queue.running() + queue.length() - gone
  const enqueue = <T>(job: () => Promise<T>, { signal }: WaitOptions = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      // Bounded, however many come and go while nothing is hashed.
      if (underWay() >= places || queue.length() >= 2 * places) {
        refused += 1
        throw unavailable('password queue is full')
      }
      const leave = () => {
        gone += 1
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', leave, { once: true })
      const inTurn = async () => {
        signal?.removeEventListener('abort', leave)
        if (!signal?.aborted) return job()
        gone -= 1
        throw signal.reason
      }
      const done = queue.push(inTurn) as Promise<T>
      done.then(resolve, reject)
    })
  const hasher = createHasher({ threads: concurrency })
  const hash = async (password: string): Promise<string> => {
    const { hash } = await hasher.run({ password, parameters: PARAMETERS })
    if (hash === undefined) throw new TypeError('the hashing process returned no hash')
    return hash
  }
  const decoy = await hash(randomBytes(32).toString('base64url'))

  return {
    hash: (password, options) => enqueue(() => hash(normalise(password)), options),
    verify: (hash, password, options) =>
      enqueue(async () => {
        const compared = { password: normalise(password), parameters: PARAMETERS, hash: hash ?? decoy }
        const { matches, needsRehash } = await hasher.run(compared)
        const valid = hash !== null && matches === true
        return { valid, needsRehash: valid && needsRehash === true }
      }, options),
    close: () => hasher.close(),
    load: () => {
      const running = Math.min(underWay(), concurrency)
      return { running, waiting: underWay() - running, refused }
    },
  }
}

/** One password, typed on two keyboards, is one string (RFC 8265 section 4.2.2). */
function normalise(password: string): string {
  return password.normalize('NFC')
}
