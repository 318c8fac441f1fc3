import type { Passwords } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { Attempts } from '../limits/attempts.js'
import { foldUsername, isUsername } from './rules.js'
import { findPerson, type StoredPerson, storePasswordHash } from './store.js'

export interface PasswordCheck {
  readonly db: BankDatabase
  readonly passwords: Passwords
  readonly attempts: Attempts
}

/**
 * The person whose password this is. A username that does not exist costs the same hash as one that does.
 *
 * @throws {AuthError} `invalid_credentials`, the same for an unknown username and a wrong password; `unavailable` when
 *   too many sign-ins wait.
 * @throws {ServiceError} `rate_limited` after too many failures.
 */
export async function checkPassword(
  { db, passwords, attempts }: PasswordCheck,
  { username, password, address }: { username: string; password: string; address: string },
): Promise<StoredPerson> {
  const folded = foldUsername(username)
  const takeBack = await attempts.countSignIn(folded, address)
  let wrong = false
  try {
    const person = isUsername(folded) ? await findPerson(db, folded) : null
    const { valid, needsRehash } = await passwords.verify(person?.passwordHash ?? null, password)
    wrong = !valid
    if (!person || wrong) throw new AuthError('invalid_credentials')
    if (needsRehash) await storePasswordHash(db, person.id, await passwords.hash(password))
    return person
  } finally {
    // A queue that is full or a database that is down says nothing about the password.
    if (!wrong) await takeBack()
  }
}
