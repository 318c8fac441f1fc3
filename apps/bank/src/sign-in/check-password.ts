import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { closedSignal } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { siteNetwork } from '../limits/network.js'
import { foldUsername, isUsername } from './rules.js'
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
