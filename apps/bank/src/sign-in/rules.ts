import type { StrategyName } from '@signet/auth/verifier'
import { isTyped } from '../printable-text.js'

/** Usernames are one person's in whatever letter case they are typed: of A to Z alone, as only these are in one. */
export const foldUsername = (typed: string): string => typed.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const USERNAME = /^[a-z0-9._-]{3,32}$/

/** Whether a folded username could exist at all. */
export const isUsername = (folded: string): boolean => USERNAME.test(folded)

/** The ways in which a person can be remembered, the usual one first. */
export const STRATEGIES = ['jwt', 'session', 'shared-session'] as const satisfies StrategyName[]

/**
 * Whether the browser is sent back without a word. Not where the app does not know the session that we know, and not where
 * its clock is so far behind that it refuses every new token: the browser would come straight back.
 */
export const mayReturn = (strategy: StrategyName | undefined, reason: string | undefined): boolean =>
  reason !== 'token_not_yet_valid' && (strategy === undefined || strategy === 'jwt' || reason !== 'session_unknown')

/** Whether an app says that it refused the token which this browser sent. */
export const isRefusal = (reason: string | undefined): boolean => reason?.startsWith('token_') ?? false

/** What the sign-in page says to somebody whom an app sent there. */
const REASONS: Readonly<Record<string, string>> = {
  token_expired: 'Your sign-in has expired. Sign in again to go on where you were.',
  token_revoked: 'This sign-in has been ended. Sign in again.',
  token_malformed: 'Your browser sent a sign-in that could not be read. Sign in again.',
  token_signature_invalid:
    'Your browser sent a sign-in that was changed on the way, and it was refused. Sign in again.',
  token_key_unknown:
    'Your browser sent a sign-in of another installation, or one whose key is no longer used. Sign in again.',
  session_unknown:
    'Your browser sent a session, but the server that it reached does not know it: a session is known where it is kept, in one server’s memory or in a store. Sign in again to go on.',
  unavailable: 'Whether you are signed in cannot be told right now. You can wait a moment, or sign in again.',
  token_not_yet_valid:
    'The clocks of the two apps differ, so the other app does not accept your sign-in yet. Try again in a minute.',
  token_claims_invalid: 'Your browser sent a sign-in that is not meant for this app. Sign in again.',
}

export const sentenceOf = (reason: string | undefined): string | undefined =>
  reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined

const MAX_USERNAME_LENGTH = 256
const MAX_PASSWORD_LENGTH = 1_024

/** Why credentials cannot be any user's, as a sentence. They are not hashed: their length tells an attacker nothing. */
export function credentialsProblem({
  username = '',
  password,
}: {
  username?: string
  password: string
}): string | undefined {
  if (username.length > MAX_USERNAME_LENGTH || !isTyped(username))
    return 'A username has at most 32 letters, digits, dots, dashes and underscores.'
  if (password.length > MAX_PASSWORD_LENGTH || !isTyped(password))
    return 'A password has at most 128 characters, without line breaks.'
  return undefined
}
