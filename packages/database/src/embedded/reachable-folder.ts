import { chmod, mkdir, mkdtemp, readlink, realpath, rmdir, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, DatabaseStartError } from '../errors.js'
import { ELSEWHERE, makeElsewhere, unreachable } from './elsewhere.js'
import { findClosedParent, type ServerUser } from './server-user.js'

/** Another run may be making the same link. */
const ATTEMPTS = 5

/**
 * A folder for the server that its user can get to: `folder` itself, or a new one elsewhere, to which `folder` becomes a
 * link. What is in `folder` already stays there; a link is never changed.
 *
 * @throws {DatabaseStartError} `folder_unreachable`
 */
export async function reachableFolder(folder: string, user: ServerUser, elsewhere = ELSEWHERE): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const at = await realFolder(folder)
    const closed = await findClosedParent(join(at, 'data'), user)
    if (closed === undefined) return at
    try {
      await rmdir(at).catch(unless('ENOENT'))
      await makeElsewhere(elsewhere, user)
      await mkdir(dirname(at), { recursive: true })
      return await makeLinked(at, elsewhere)
    } catch (cause) {
      const lostTheRace = codeOf(cause) === 'EEXIST' || codeOf(cause) === 'ENOTDIR'
      if (lostTheRace && attempt < ATTEMPTS) continue
      throw unreachable('folder_unreachable', { closed, instead: 'choose a DATA_DIR elsewhere', elsewhere })(cause)
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

/** Where `folder` really is, or will be: of what does not exist yet, the folders above it count as they really are. */
async function realFolder(folder: string): Promise<string> {
  // Asked before the real path: a link that another run makes in between is then not taken for one that leads nowhere.
  const target = await readlink(folder).catch(unless('ENOENT', 'ENOTDIR', 'EINVAL'))
  try {
    return await realpath(folder)
  } catch (cause) {
    unless('ENOENT')(cause)
    if (target === undefined) return join(await realFolder(dirname(folder)), basename(folder))
    throw new DatabaseStartError(
      'folder_unreachable',
      `${folder} is a link to ${target}, which is not there: bring it back, or delete the link, and a new database is made.`,
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
