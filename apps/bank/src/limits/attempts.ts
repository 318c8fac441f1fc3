import { createHash } from 'node:crypto'
import { AuthError } from '@signet/auth/verifier'
import type { Pool } from '@signet/database'
import { ServiceError } from '@signet/service'
import { clientNetwork, siteNetwork } from './network.js'
import { type CounterLimit, type Counters, createCounters } from './store.js'

/** Limits of login attempts, registrations and other requests. */
export interface Attempts {
  /**
   * Counts an attempt before the password is verified, so that concurrent attempts all count. Returns a function that takes
   * it back unless the password was wrong: only failures count.
   *
   * @throws {ServiceError} `rate_limited`, also for the right password; `unavailable` when it cannot be counted.
   */
  countSignIn(username: string, address: string, nowMs: number): Promise<() => Promise<void>>
  /** The same for an attempt with a passkey, with counters of its own. */
  countPasskey(username: string, address: string, nowMs: number): Promise<() => Promise<void>>
  /** Counts a registration for an address, separately from its logins. */
  countRegistration(address: string, nowMs: number): Promise<void>
  /** Returns a function that counts another kind of attempt per client address. It throws as `countRegistration` does. */
  limitByAddress(name: string, perMinute: number): (address: string, nowMs: number) => Promise<void>
  /** The same per user, in a window of so many seconds. */
  limitByUser(name: string, limit: LimitOfUser): (userId: string, nowMs: number) => Promise<void>
}

interface LimitOfUser {
  readonly attempts: number
  readonly durationSeconds: number
  /** What the user reads when the limit is reached. Default: to wait a minute. */
  readonly sentence?: string
}

const WINDOW_SECONDS = 60
/** Factor for the limits of one username in total and of one address in total. */
const WIDER = 10

/** @param limitPerMinute 0 counts nothing. */
export function createAttempts(pool: Pool, limitPerMinute: number): Attempts {
  const durationSeconds = WINDOW_SECONDS
  const countAt = (limits: readonly CounterLimit[], sentences?: Sentences) => {
    const counters = createCounters(pool, limits)
    return (keys: readonly string[], nowMs: number) => count(counters, keys, nowMs, sentences)
  }
  const countNothing: typeof countAt = () => async () => async () => {}
  const counting = limitPerMinute === 0 ? countNothing : countAt

  const countByNameAndAddress = (kind: string) => {
    // In this order an address that has reached its own limit does not add to the total of the username.
    const countAttempt = counting([
      { name: `${kind}:pair`, points: limitPerMinute, durationSeconds },
      { name: `${kind}:address`, points: limitPerMinute * WIDER, durationSeconds },
      { name: `${kind}:name`, points: limitPerMinute * WIDER, durationSeconds },
    ])
    return async (username: string, address: string, nowMs: number) => {
      const name = nameKey(username)
      const keys = [`${clientNetwork(address)} ${name}`, siteNetwork(address), name]
      const takeBack = await countAttempt(keys, nowMs)
      // If the database is down by now, the user loses one attempt but is still signed in.
      return () => takeBack().catch(() => {})
    }
  }
  const limitByAddress: Attempts['limitByAddress'] = (name, perMinute) => {
    const countRequest = counting([{ name, points: perMinute, durationSeconds }])
    return async (address, nowMs) => {
      await countRequest([siteNetwork(address)], nowMs)
    }
  }

  return {
    countSignIn: countByNameAndAddress('sign-in'),
    countPasskey: countByNameAndAddress('passkey'),
    countRegistration: limitByAddress('registration:address', limitPerMinute * WIDER),
    limitByAddress,
    limitByUser: (name, { attempts, durationSeconds: seconds, sentence }) => {
      const limit = { name, points: attempts, durationSeconds: seconds }
      const countRequest = counting([limit], { reached: sentence, down: undefined })
      return async (userId, nowMs) => {
        await countRequest([userId], nowMs)
      }
    },
  }
}

const FAILURES = ['invalid_credentials', 'passkey_invalid', 'invalid_request']

/** Runs a counted attempt, and takes it back unless it failed. A full queue or a database that is down is no failure. */
export async function countingFailures<T>(takeBack: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let hasFailed = false
  try {
    return await work()
  } catch (error) {
    hasFailed = (error instanceof AuthError || error instanceof ServiceError) && FAILURES.includes(error.code)
    throw error
  } finally {
    if (!hasFailed) await takeBack()
  }
}

/** A hash, because users type passwords into the wrong field. It also has a fixed length. */
const nameKey = (username: string): string => createHash('sha256').update(username).digest('base64url')

interface Sentences {
  /** Default: to wait a minute. */
  readonly reached?: string | undefined
  /** While the database is down. Default: that of the code. */
  readonly down: string | undefined
}

const SIGN_IN: Sentences = { down: 'We can’t sign you in right now. Try again in a moment.' }

async function count(
  counters: Counters,
  keys: readonly string[],
  nowMs: number,
  { reached, down }: Sentences = SIGN_IN,
): Promise<() => Promise<void>> {
  const tried = await counters.count(keys, nowMs).catch((cause: unknown) => {
    throw new ServiceError('unavailable', down, { cause, headers: { 'retry-after': '1' } })
  })
  if (typeof tried === 'function') return tried
  const seconds = Math.max(1, Math.ceil(tried / 1000))
  throw new ServiceError('rate_limited', reached, { headers: { 'retry-after': String(seconds) } })
}
