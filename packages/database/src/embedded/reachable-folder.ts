import { chmod, lstat, mkdir, mkdtemp, readlink, realpath, rmdir, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, type DatabaseStartCode, DatabaseStartError, lastLine, reasonOf } from '../errors.js'
import { findClosedParent, type ServerUser } from './server-user.js'

/** Another process may create the same link. */
const ATTEMPTS = 5

/**
 * Returns a folder that the server's user can enter: `folder`, or a new one elsewhere, to which `folder` becomes a link.
 * Existing contents of `folder` stay there, and an existing link is never changed.
 *
 * @throws {DatabaseStartError} `folder_unreachable`
 */
export async function reachableFolder(folder: string, user: ServerUser, elsewhere = ROOT_FOLDER): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const at = await realFolder(folder)
    const closed = await findClosedParent(join(at, 'data'), user)
    if (closed === undefined) return at
    try {
      await rmdir(at).catch(unless('ENOENT'))
      await ensureRootFolder(elsewhere, user)
      await mkdir(dirname(at), { recursive: true })
      return await makeLinked(at, elsewhere)
    } catch (cause) {
      const lostTheRace = codeOf(cause) === 'EEXIST' || codeOf(cause) === 'ENOTDIR'
      if (lostTheRace && attempt < ATTEMPTS) continue
      throw unreachable('folder_unreachable', { closed, instead: 'set DATA_DIR to an open folder', elsewhere })(cause)
    }
  }
}

async function makeLinked(folder: string, elsewhere: string): Promise<string> {
  const made = await mkdtemp(join(elsewhere, 'postgres-'))
  try {
    await chmod(made, 0o711)
    await symlink(made, folder)
    return made
  } catch (cause) {
    await rmdir(made)
    throw cause
  }
}

/** Returns the real path of `folder`, also of one that does not exist yet. */
async function realFolder(folder: string): Promise<string> {
  // Read before the real path, so that a link created in between is not mistaken for a broken one.
  const target = await readlink(folder).catch(unless('ENOENT', 'ENOTDIR', 'EINVAL'))
  try {
    return await realpath(folder)
  } catch (cause) {
    unless('ENOENT')(cause)
    if (target === undefined) return join(await realFolder(dirname(folder)), basename(folder))
    throw new DatabaseStartError(
      'folder_unreachable',
      `${folder} is a link to ${target}, which does not exist. Restore it, or delete the link, and a new database is created.`,
      { cause },
    )
  }
}

const unless =
  (...codes: string[]) =>
  (cause: unknown): undefined => {
    if (!codes.includes(codeOf(cause) ?? '')) throw cause
    return undefined
  }

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
