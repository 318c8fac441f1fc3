import { createHash } from 'node:crypto'
import { ServiceError, type SharedStore } from '@signet/service'
import { type CountedTry, type Counters, createCounters } from './counters.js'
import { clientNetwork, siteNetwork } from './network.js'
import { prepareLimits } from './store.js'

/** How often passwords may be tried. */
export interface Attempts {
  /**
   * Counts a try before the password is looked at, so that a hundred at once are a hundred. Returns what takes it back
   * when the password was not found to be wrong: only failures count.
   *
   * @throws {ServiceError} `rate_limited`, with the right password too; `unavailable` when it cannot be counted.
   */
  countSignIn(username: string, address: string): Promise<() => Promise<void>>
  /** Counts a new customer towards the address; logins from there are counted apart. */
  countRegistration(address: string): Promise<void>
}

const WINDOW_SECONDS = 60
/** One name from everywhere, and everything from one address, may fail this many times as often. */
const WIDER = 10

const UNLIMITED: Attempts = {
  countSignIn: async () => async () => {},
  countRegistration: async () => {},
}

export async function createAttempts(store: SharedStore, limitPerMinute: number): Promise<Attempts> {
  if (limitPerMinute === 0) return UNLIMITED
  const durationSeconds = WINDOW_SECONDS
  await prepareLimits(store)
  // In this order: an address that has used up its own tries does not use up everybody's for that name.
  const signIns = createCounters(store, [
    { name: 'sign-in:pair', points: limitPerMinute, durationSeconds },
    { name: 'sign-in:address', points: limitPerMinute * WIDER, durationSeconds },
    { name: 'sign-in:name', points: limitPerMinute * WIDER, durationSeconds },
  ])
  const registrations = createCounters(store, [
    { name: 'registration:address', points: limitPerMinute * WIDER, durationSeconds },
  ])

  return {
    countSignIn: async (username, address) => {
      const name = nameKey(username)
      const keys = [`${clientNetwork(address)} ${name}`, siteNetwork(address), name]
      const { takeBack } = await count(signIns, keys)
      // A store that has gone down since costs the person one of their tries, not their sign-in.
      return () => takeBack().catch(() => {})
    },
    countRegistration: async (address) => {
      await count(registrations, [siteNetwork(address)])
    },
  }
}

/**
 * A limit of its own for each client address, in a store that `createAttempts` has prepared. What it returns counts one
 * attempt, and throws as `countRegistration` does.
 */
export function createAddressLimit(store: SharedStore, limit: { name: string; perMinute: number }) {
  const { name, perMinute: points } = limit
  const counters = createCounters(store, [{ name, points, durationSeconds: WINDOW_SECONDS }])
  return async (address: string): Promise<void> => {
    await count(counters, [clientNetwork(address)])
  }
}

/** Of one length, whatever was typed, and not the text itself: people type passwords into the wrong field. */
const nameKey = (username: string): string => createHash('sha256').update(username).digest('base64url')

async function count(counters: Counters, keys: readonly string[]): Promise<CountedTry> {
  const tried = await counters.count(keys).catch(unavailable)
  if ('msBeforeNext' in tried) throw limited(tried.msBeforeNext)
  return tried
}

function limited(msBeforeNext: number): ServiceError {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return new ServiceError('rate_limited', undefined, { headers: { 'retry-after': String(seconds) } })
}

function unavailable(cause: unknown): never {
  const sentence = 'Sign-ins cannot be taken right now. Try again in a moment.'
  throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
}
