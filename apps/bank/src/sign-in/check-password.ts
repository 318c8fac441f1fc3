import type { Authentication } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import { closedSignal, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { countingFailures } from '../limits/attempts.js'
import { siteNetwork } from '../limits/network.js'
import type { BankOptions } from '../options.js'
import { credentialsProblem, foldUsername, isUsername } from './rules.js'
import { findPerson, renewPasswordHash, type StoredPerson } from './store.js'

export type PasswordOptions = Pick<BankOptions, 'db' | 'closedUserIds'>

/**
 * Verifies a password and returns the user. An unknown username and a user without a password cost the same hash. A client that
 * disconnects while it waits costs none.
 *
 * @throws {AuthError} `invalid_credentials`, the same for an unknown username and a wrong password; `unavailable` when
 *   too many logins wait.
 * @throws {ServiceError} `rate_limited` after too many failures.
 * @throws {ClientDisconnected} when the client disconnects while it waits.
 */
export async function checkPassword(
  { db, closedUserIds }: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<StoredPerson> {
  const { passwords, attempts } = request.server
  const folded = foldUsername(username)
  const takeBack = await attempts.countSignIn(folded, request.ip, request.receivedAtMs)
  return countingFailures(takeBack, async () => {
    const found = isUsername(folded) ? await findPerson(db, folded) : null
    const person = found && !closedUserIds.includes(found.id) ? found : null
    const client = siteNetwork(request.ip)
    const waiting = { client, signal: closedSignal(reply) }
    const { valid, needsRehash } = await passwords.verify(person?.passwordHash ?? null, password, waiting)
    if (!person || !valid) throw new AuthError('invalid_credentials')
    if (needsRehash) await renewPasswordHash(db, person, await passwords.hash(password, { client }))
    return person
  })
}

/** Verifies the password of the authenticated user, as `checkPassword` does. The session keeps its `auth_time`. */
export async function checkOwnPassword(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<void> {
  if (credentialsProblem({ password }) !== undefined) throw new AuthError('invalid_credentials')
  await checkPassword(options, request, reply, { username: signedIn(request).username, password })
}

/** Returns how the user has proved to authenticate in the last five minutes; null without the proof. */
export const recentProof = (request: FastifyRequest): Authentication | null =>
  request.server.userSessions.proved(request, timeOf(request))

/**
 * Refuses a request without that proof, so that a copied token cannot change how the user signs in.
 *
 * @throws {ServiceError} `reauthentication_required`
 */
export function requireRecentAuthentication(request: FastifyRequest): void {
  if (!recentProof(request)) throw new ServiceError('reauthentication_required')
}

/**
 * Requires that proof, or else the password in this request, which confirms this request only.
 *
 * @throws {ServiceError} `reauthentication_required` when there is neither; what `checkPassword` throws.
 */
export async function confirmUser(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password = '',
): Promise<void> {
  if (password === '') return requireRecentAuthentication(request)
  if (!recentProof(request)) await checkOwnPassword(options, request, reply, password)
}
