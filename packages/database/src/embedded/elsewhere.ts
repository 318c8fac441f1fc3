import { chmod, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseStartCode, DatabaseStartError, lastLine, reasonOf } from '../errors.js'
import { findClosedParent, type ServerUser } from './server-user.js'

/**
 * Root's: where something is put that stands below a folder which is closed to the user that the server runs as. A home
 * folder of root is, on most systems, and so is what `mktemp -d` makes.
 */
export const ELSEWHERE = '/var/lib/signet'

/** Makes it, open to all and written to by nobody else, or throws where it is otherwise. */
export async function makeElsewhere(folder: string, user: ServerUser): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  // A strict umask would close it again.
  if (made !== undefined) await chmod(folder, 0o755)
  await assertOurs(folder)
  const closed = await findClosedParent(join(folder, 'anything'), user)
  if (closed !== undefined) throw new Error(`the user "postgres" may not pass through ${closed} either`)
}

/** Programs are run from there, and a password is kept there: nobody else may have put anything in. */
export async function assertOurs(folder: string): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that root alone may write to`)
  }
}

/** Why it failed: a folder is closed, and what is below it could not be put elsewhere. */
export function unreachable(code: DatabaseStartCode, what: { closed: string; instead: string; elsewhere: string }) {
  const { closed, instead, elsewhere } = what
  return (cause: unknown) =>
    new DatabaseStartError(
      code,
      `As root PostgreSQL runs as the user "postgres", who may not pass through ${closed}, and ${elsewhere} is of no help (${lastLine(reasonOf(cause))}): ${instead}, start as another user, or run "chmod o+x ${closed}".`,
      { cause },
    )
}
