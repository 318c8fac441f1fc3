import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isCanonicalBase64url } from '../canonical-base64url.js'
import { type CookieScope, defineCookie, readCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { PASSKEY_CHALLENGE_SECONDS } from '../lifetimes.js'

/** What a challenge was created for. A response for one purpose is refused for every other. */
export type PasskeyPurpose = 'register' | 'sign-in' | 'reauthenticate' | 'confirm'

export interface PasskeyChallenge {
  /** In base64url. */
  readonly challenge: string
  readonly purpose: string
  /** The user of the session. Null at a login, which begins without a username. */
  readonly userId: string | null
  /** SHA-256 of the value of the browser's cookie. */
  readonly browserHash: string
  /** SHA-256 of the action that a response confirms, in base64url. Null for every other purpose. */
  readonly commitment: string | null
  readonly expiresAt: Date
}

/** The store of challenges. All processes of the issuer share it. */
export interface ChallengeStore {
  save(challenge: PasskeyChallenge): Promise<void>
  /**
   * Deletes a challenge and returns it; null for an unknown one. One atomic statement: of two concurrent calls, one gets null. It
   * may return an expired challenge.
   */
  take(challenge: string): Promise<PasskeyChallenge | null>
}

/** What a challenge is bound to. */
export interface ChallengeBinding {
  readonly purpose: PasskeyPurpose
  readonly userId: string | null
  readonly commitment?: string | null
}

/**
 * Creates a challenge of 256 random bits, valid for 5 minutes, and saves it. With a commitment, the challenge ends with it, so that
 * the authenticator signs the action itself.
 *
 * @param browserId the value of the browser's cookie
 * @returns the challenge in base64url
 */
export async function createChallenge(
  store: ChallengeStore,
  { purpose, userId, commitment = null }: ChallengeBinding,
  browserId: string,
  now: Date,
): Promise<string> {
  const committed = Buffer.from(commitment ?? '', 'base64url')
  const challenge = Buffer.concat([randomBytes(32), committed]).toString('base64url')
  const expiresAt = new Date(now.getTime() + PASSKEY_CHALLENGE_SECONDS * 1000)
  await store.save({ challenge, purpose, userId, browserHash: hashOf(browserId), commitment, expiresAt })
  return challenge
}

/**
 * Takes a challenge out of the store and checks that it is of this purpose, user and browser, and not expired (W3C WebAuthn,
 * section 13.4.3). A challenge is used up by the first response that names it, also by one that is refused.
 *
 * Does *not* check any signature.
 *
 * @param browserIds the values of the browser's cookie, of which one must fit
 * @throws {AuthError} `passkey_invalid`
 */
export async function takeChallenge(
  store: ChallengeStore,
  challenge: string,
  { purposes, userId }: { readonly purposes: readonly PasskeyPurpose[]; readonly userId: string | null },
  browserIds: readonly string[],
  now: Date,
): Promise<PasskeyChallenge> {
  // A store may refuse other text with an error: PostgreSQL does not take NUL.
  if (!isChallenge(challenge)) throw new AuthError('passkey_invalid', 'a challenge of another format')
  const taken = await store.take(challenge)
  if (!taken) throw new AuthError('passkey_invalid', 'an unknown or used challenge')
  if (taken.expiresAt <= now) throw new AuthError('passkey_invalid', 'an expired challenge')
  if (!purposes.some((purpose) => purpose === taken.purpose))
    throw new AuthError('passkey_invalid', 'a challenge of another purpose')
  if (taken.userId !== userId) throw new AuthError('passkey_invalid', 'a challenge of another user')
  const expected = Buffer.from(taken.browserHash)
  if (!browserIds.some((id) => timingSafeEqual(Buffer.from(hashOf(id)), expected))) {
    throw new AuthError('passkey_invalid', 'a challenge of another browser')
  }
  return taken
}

/** Characters of 32 random bytes, and of 32 more for a commitment. */
const CHALLENGE_LENGTHS = [43, 86]

const isChallenge = (challenge: string): boolean =>
  CHALLENGE_LENGTHS.includes(challenge.length) && isCanonicalBase64url(challenge)

const hashOf = (browserId: string): string => createHash('sha256').update(browserId).digest('base64url')

/** Binds challenges to the browser that requested them. */
export interface BrowserBinding {
  /** Returns the browser's id, or a new one. Tabs share it. */
  idOf(request: FastifyRequest): string
  /** Keeps an id in the browser for the lifetime of a challenge. */
  keep(reply: FastifyReply, id: string): void
  /** Returns the ids that a request carries. */
  presented(request: FastifyRequest): readonly string[]
}

const ID = /^[A-Za-z0-9_-]{43}$/

/**
 * Binds challenges by a host-only cookie, so that an attacker cannot have a victim's browser finish a ceremony that the attacker
 * began. The store has only its hash.
 *
 * Over http a sibling host can plant this cookie and so choose the id; over https the name's `__Host-` prefix prevents it.
 */
export function browserBinding(scope: CookieScope): BrowserBinding {
  const cookie = defineCookie('passkey', { ...scope, domain: undefined })
  const presented = ({ headers }: FastifyRequest): readonly string[] => {
    const { value, others } = readCookie(headers.cookie, cookie.name)
    return [value, ...others].filter((id) => ID.test(id))
  }
  return {
    idOf: (request) => presented(request)[0] ?? randomBytes(32).toString('base64url'),
    keep: (reply, id) => cookie.set(reply, id, PASSKEY_CHALLENGE_SECONDS),
    presented,
  }
}
