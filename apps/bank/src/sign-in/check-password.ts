import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { closedSignal, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { siteNetwork } from '../limits/network.js'
import { requireRecentAuthentication } from './recent-authentication.js'
import { credentialsProblem, foldUsername, isUsername } from './rules.js'
import { findPerson, renewPasswordHash, type StoredPerson } from './store.js'

export interface PasswordOptions {
  readonly db: BankDatabase
  /** Users without access. They are treated like unknown usernames. */
  readonly closedUserIds: readonly string[]
}

/**
 * Verifies a password and returns the user. An unknown username and a user without a password cost the same hash. A client that disconnects while it
 * waits costs none.
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
  let wrong = false
  try {
    const found = isUsername(folded) ? await findPerson(db, folded) : null
    const person = found && !closedUserIds.includes(found.id) ? found : null
    const client = siteNetwork(request.ip)
    const waiting = { client, signal: closedSignal(reply) }
    const { valid, needsRehash } = await passwords.verify(person?.passwordHash ?? null, password, waiting)
    wrong = !valid
    if (!person || wrong) throw new AuthError('invalid_credentials')
    if (needsRehash) await renewPasswordHash(db, person, await passwords.hash(password, { client }))
    return person
  } finally {
    // A full queue or a database that is down is not a wrong password.
    if (!wrong) await takeBack()
  }
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

/**
 * Requires an authentication of the last five minutes, or else the password in this request, which confirms this request only.
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
  if (request.server.userSessions.proved(request, new Date(request.receivedAtMs))) return
  await checkOwnPassword(options, request, reply, password)
}
