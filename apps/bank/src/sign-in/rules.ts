import { RECENT_AUTHENTICATION_SECONDS } from '@signet/auth/issuer'
import type { StrategyName } from '@signet/auth/verifier'
import { type App, ServiceError } from '@signet/service'
import Type from 'typebox'
import { isTyped } from '../printable-text.js'

/** Normalizes a username. Usernames ignore the case of A to Z, the only letters in them. */
export const foldUsername = (typed: string): string => typed.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())

const USERNAME = /^[a-z0-9._-]{3,32}$/

export const isUsername = (folded: string): boolean => USERNAME.test(folded)

/** The session strategies, the default first. */
export const STRATEGIES = ['jwt', 'session', 'shared-session'] as const satisfies StrategyName[]
export const Strategy = Type.Optional(Type.Union(STRATEGIES.map((name) => Type.Literal(name))))

/** @throws {ServiceError} `invalid_request` for a strategy that this bank does not offer */
export function assertOffered({ serverSessions }: Pick<App, 'serverSessions'>, strategy: StrategyName = 'jwt'): void {
  if (strategy === 'jwt' || serverSessions.has(strategy)) return
  throw new ServiceError('invalid_request', 'This bank does not offer this strategy. Choose another one.')
}

/** The sign-in page's sentence for each reason of an app. */
const REASONS: Readonly<Record<string, string>> = {
  token_expired: 'Your session has expired. Sign in again to continue.',
  token_revoked: 'You have been signed out. Sign in again to continue.',
  token_malformed: 'Your browser sent a token that we cannot read. Sign in again.',
  token_signature_invalid: 'Your browser sent a token with an invalid signature. Sign in again.',
  token_key_unknown: 'Your browser sent a token that was signed with an unknown key. Sign in again.',
  session_unknown:
    'Your browser sent a session, but this server does not know it. Sessions are kept in one server’s memory or in a store. Sign in again to continue.',
  unavailable: 'We can’t check your sign-in right now. Try again in a moment, or sign in again.',
  token_not_yet_valid:
    'The clocks of the two apps differ, so the other app does not accept your session yet. Try again in a minute.',
  passkey_invalid: 'Your passkey was not accepted. Try again, or sign in with your password.',
  rate_limited: 'Too many attempts. Wait a minute and try again.',
  token_claims_invalid: 'Your browser sent a token that is not valid for this app. Sign in again.',
}

export const sentenceOf = (reason: string | undefined): string | undefined =>
  reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined

/** Returns whether the user authenticated in the last five minutes. A copy of the token says the same. */
export const isAuthenticationRecent = (authTimeSeconds: number, now: Date): boolean =>
  Math.floor(now.getTime() / 1000) - authTimeSeconds <= RECENT_AUTHENTICATION_SECONDS

const MAX_USERNAME_LENGTH = 256
const MAX_PASSWORD_LENGTH = 1_024

/** Returns why credentials cannot belong to any user. They are not hashed: their format tells an attacker nothing. */
export function credentialsProblem(typed: { username?: string; password: string }): string | undefined {
  const { username = '', password } = typed
  if (username.length > MAX_USERNAME_LENGTH || !isTyped(username))
    return 'A username has at most 32 letters, digits, dots, dashes and underscores.'
  if (password.length > MAX_PASSWORD_LENGTH || !isTyped(password))
    return 'A password has at most 128 characters, without line breaks.'
  return undefined
}
