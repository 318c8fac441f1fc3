import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CookieDefinition, CookieScope } from '../cookies.js'
import { AuthError } from '../errors.js'
import type { Identity } from '../identity.js'
import type { KeyRing } from '../keys/ring.js'
import type { AnswerFormat } from '../plugins/answer-format.js'
import type { RecentAuthentication } from '../recent-authentication.js'
import type { StatusLists } from '../revocation/follow.js'
import { isUuid } from '../uuid.js'
import type { SessionCookies } from './cookies.js'
import type { SessionStore } from './store.js'

export interface SessionsOptions {
  readonly store: SessionStore
  /** The issuer's public origin. */
  readonly issuer: string
  readonly cookieScope: CookieScope
  /** Refresh tokens and proofs of a recent authentication are derived from these keys. No verifier may have them. */
  readonly refreshKeys: KeyRing
  /** Lifetime of a session, in whole seconds. */
  readonly sessionTtlSeconds: number
  /** A session ends after this time without a renewal, in whole seconds. */
  readonly sessionIdleTtlSeconds: number
  /** Refuses revoked sessions in this process at once. Without it, this process waits for its status list too. */
  readonly statusLists?: Pick<StatusLists, 'markRevoked'>
  /** Called with the outcome of each renewal, for a counter. */
  readonly onRenewal?: (outcome: string) => void
  readonly answers?: AnswerFormat
}

/** What creating, renewing and revoking sessions share. */
export interface SessionContext extends SessionsOptions {
  readonly cookies: SessionCookies
  /** Counts the automatic redirects of a browser. */
  readonly trips: CookieDefinition
  /** The proof that a browser has authenticated at the issuer. */
  readonly recent: RecentAuthentication
  /** Revokes sessions: in this process at once, everywhere else by the status lists. Returns how many of them are revoked now. */
  revoke(ids: readonly string[], userId?: string): Promise<number>
  /** Refuses sessions in this process from now on. */
  markRevoked(statusNumbers: readonly bigint[]): void
}

/** One call of a function for a request. */
export interface SessionCall extends SessionContext {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly now: Date
}

/** @throws {AuthError} `token_claims_invalid` for a `sid` that is no UUID: a verifier with the shared secret can sign any */
export function signedIn({ identity }: { readonly identity: Identity | null }): Identity {
  if (!identity) throw new TypeError('this route must require authentication')
  if (!isUuid(identity.sid)) throw new AuthError('token_claims_invalid', 'sid is not a UUID')
  return identity
}

/** Returns a NumericDate. */
export const secondsOf = (time: Date): number => Math.floor(time.getTime() / 1000)
