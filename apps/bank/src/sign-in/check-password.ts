import type { Passwords } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { foldUsername, isUsername } from './rules.js'
import { findPerson, type StoredPerson, storePasswordHash } from './store.js'

/**
 * The person whose password this is. A username that does not exist costs the same hash as one that does.
 *
 * @throws {AuthError} `invalid_credentials`, the same for an unknown username and a wrong password; `unavailable` when
 *   too many sign-ins wait.
 */
export async function checkPassword(
  db: BankDatabase,
  passwords: Passwords,
  { username, password }: { username: string; password: string },
): Promise<StoredPerson> {
  const folded = foldUsername(username)
  const person = isUsername(folded) ? await findPerson(db, folded) : null
  const { valid, needsRehash } = await passwords.verify(person?.passwordHash ?? null, password)
  if (!person || !valid) throw new AuthError('invalid_credentials')
  if (needsRehash) await storePasswordHash(db, person.id, await passwords.hash(password))
  return person
}
