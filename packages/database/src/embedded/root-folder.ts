import { chmod, lstat, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatabaseStartCode, DatabaseStartError, lastLine, reasonOf } from '../errors.js'
import { findClosedParent, type ServerUser } from './server-user.js'

/**
 * Where root puts files that the server's user could not reach below a closed folder. On most systems root's home folder is
 * closed, and so is a folder from `mktemp -d`.
 */
export const ROOT_FOLDER = '/var/lib/signet'

/** Creates the folder: readable by all, writable only by root. Throws when an existing one is not. */
export async function ensureRootFolder(folder: string, user: ServerUser): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  // A strict umask would have removed these bits.
  if (made !== undefined) await chmod(folder, 0o755)
  await assertRootOwned(folder)
  const closed = await findClosedParent(join(folder, 'anything'), user)
  if (closed !== undefined) throw new Error(`the user "postgres" cannot enter ${closed} either`)
}

/** Throws unless root alone can write to the folder: programs run from it, and it contains a password. */
export async function assertRootOwned(folder: string): Promise<void> {
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} is not a folder that only root can write to`)
  }
}

/** Returns the error for a closed folder whose contents could not be moved. */
export function unreachable(code: DatabaseStartCode, what: { closed: string; instead: string; elsewhere: string }) {
  const { closed, instead, elsewhere } = what
  return (cause: unknown) =>
    new DatabaseStartError(
      code,
      `As root, PostgreSQL runs as the user "postgres", which cannot enter ${closed}, and ${elsewhere} cannot be used instead (${lastLine(reasonOf(cause))}). Either ${instead}, start as another user, or run "chmod o+x ${closed}".`,
      { cause },
    )
}
