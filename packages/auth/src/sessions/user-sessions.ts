import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CookieDefinition } from '../cookies.js'
import type { Authentication } from '../recent-authentication.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import type { CreationOptions, Reauthenticated } from './create.js'
import type { Return } from './send-back.js'
import type { ListedSession, SessionUser, SessionWork } from './store.js'

type WithToken = Omit<CreationOptions, 'strategy'>

/** The functions of the issuer's sessions: `app.userSessions`. */
export interface UserSessions {
  readonly cookies: { readonly token: CookieDefinition; readonly refresh: CookieDefinition }
  /**
   * Creates a session for a user who has just authenticated, and sets its cookies. Clears the cookies of all other strategies.
   * Returns the token, or null for a strategy without one.
   *
   * Does *not* authenticate the user, and does *not* revoke the browser's earlier sessions: call `revokePresented` first. Throws what
   * `claim` throws.
   */
  create(request: FastifyRequest, reply: FastifyReply, user: SessionUser, how?: WithToken): Promise<string>
  create(request: FastifyRequest, reply: FastifyReply, user: SessionUser, how: CreationOptions): Promise<string | null>
  /**
   * Renews the session of the request's refresh token: sets a new token and the next refresh token as cookies. Returns the claims
   * of the new token. `auth_time` stays that of the login.
   *
   * Clears the cookies of a session that has ended. Other errors, such as a store that is down, keep them. Rejects with an
   * {@link AuthError} `token_missing`, `token_malformed`, `token_signature_invalid`, `token_expired`, `token_revoked`.
   */
  renew(request: FastifyRequest, reply: FastifyReply): Promise<AccessTokenClaims>
  /**
   * Redirects a browser back to the app that sent it to the sign-in page, with a renewed session when the app refused its token.
   * Returns false when the user must sign in; `request.authError` is then the reason if a renewal was refused.
   */
  sendBack(request: FastifyRequest, reply: FastifyReply, back: Return): Promise<boolean>
  /** Lists the active sessions of the request's user, the last used one first. */
  list(request: FastifyRequest): Promise<readonly ListedSession[]>
  /** Revokes a session of the request's user. Rejects with an {@link AuthError} `not_found` for any other id. */
  revokeOwn(request: FastifyRequest, id: string): Promise<void>
  /**
   * Revokes all sessions of the request's user, copies of the request's cookies included, and gives the request a new one. It keeps the
   * time of the login, the expiry, and the proof of a recent authentication if there is one. Returns as `create` does.
   *
   * Rejects with an {@link AuthError} `token_revoked` when the request's session has ended since, and with what `work` throws, which
   * undoes everything.
   */
  replaceAll(request: FastifyRequest, reply: FastifyReply, work?: SessionWork): Promise<string | null>
  /** Revokes the sessions of all credentials of a request. Returns whether a session was found for each kind of credential. */
  revokePresented(request: FastifyRequest): Promise<boolean>
  /** Returns whether a request carries any credential, valid or not. */
  presentsCredential(request: FastifyRequest): boolean
  /**
   * Signs out. The cookies are cleared only once every session is revoked, so that a failed sign-out can be repeated. Rejects with an
   * {@link AuthError} `session_unknown` when no session was found for a credential. All others are revoked.
   */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>
  /**
   * Sets a token or session with a new `auth_time`, and the proof of it, for a user who has just authenticated again. Renewals and
   * copies of the request's cookies keep the time of the login. `amr` says how the user did (RFC 8176).
   *
   * Rejects with an {@link AuthError} `token_revoked` when the session has ended since.
   */
  reauthenticated(request: FastifyRequest, reply: FastifyReply, amr: readonly string[]): Promise<Reauthenticated>
  /**
   * Returns how the user authenticated in the last five minutes, proved by a cookie that only the issuer's host receives; null without
   * the proof.
   */
  proved(request: FastifyRequest, now: Date): Authentication | null
}
