import { randomBytes } from 'node:crypto'
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf, type DatabaseStartCode, DatabaseStartError } from '../errors.js'
import type { Binaries } from './binaries.js'
import { findClosedParent, type ServerUser } from './server-user.js'

/**
 * Root's: where something is put that stands below a folder which is closed to the user that the server runs as. A home
 * folder of root is, on most systems, and so is what `mktemp -d` makes.
 */
const ELSEWHERE = '/var/lib/signet'

/**
 * A folder for the server that its user can get to: `folder` itself, or a new one elsewhere, to which `folder` becomes a
 * link. What is in `folder` already stays there.
 *
 * @throws {DatabaseStartError} `folder_unreachable`
 */
export async function reachableFolder(folder: string, user: ServerUser, elsewhere = ELSEWHERE): Promise<string> {
  const at = (await realFolder(folder)) ?? folder
  const closed = await findClosedParent(join(at, 'data'), user)
  if (closed === undefined) return at
  const cannot = unreachable('folder_unreachable', closed, 'choose a DATA_DIR elsewhere')
  try {
    await rmdir(folder).catch(unlessMissing)
    await makeOpen(elsewhere)
    const made = await mkdtemp(join(elsewhere, 'postgres-'))
    await chmod(made, 0o711)
    await mkdir(dirname(folder), { recursive: true })
    return await linkTo(made, folder)
  } catch (cause) {
    throw cannot(cause)
  }
}

/** Of two runs one comes second, and takes what the other has made. */
async function linkTo(made: string, folder: string): Promise<string> {
  try {
    await symlink(made, folder)
    return made
  } catch (cause) {
    await rmdir(made)
    if (codeOf(cause) !== 'EEXIST') throw cause
    return realpath(folder)
  }
}

/**
 * The programs where the server's user can get to them: as they stand, or copied once for each version.
 *
 * @throws {DatabaseStartError} `binaries_unreachable`
 */
export async function reachableBinaries(
  binaries: Binaries,
  user: ServerUser,
  elsewhere = ELSEWHERE,
): Promise<Binaries> {
  const closed = await findClosedParent(binaries.postgres, user)
  if (closed === undefined) return binaries
  const cannot = unreachable('binaries_unreachable', closed, 'move the project elsewhere')
  try {
    const programs = dirname(dirname(binaries.postgres))
    const { version } = JSON.parse(await readFile(join(dirname(programs), 'package.json'), 'utf8'))
    const copy = join(elsewhere, `postgresql-${version}`)
    await makeOpen(elsewhere)
    if (!(await exists(copy))) await copyWhole(programs, copy)
    const inCopy = (program: string) => join(copy, 'bin', basename(program))
    const { initdb, postgres, pgCtl } = binaries
    return { initdb: inCopy(initdb), postgres: inCopy(postgres), pgCtl: inCopy(pgCtl) }
  } catch (cause) {
    throw cannot(cause)
  }
}

/** Under another name first: a folder of the final name is whole, and of two runs one comes second. */
async function copyWhole(from: string, to: string): Promise<void> {
  const staged = `${to}.new-${randomBytes(6).toString('hex')}`
  try {
    await cp(from, staged, { recursive: true, verbatimSymlinks: true })
    await rename(staged, to)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOTEMPTY' && codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    await rm(staged, { recursive: true, force: true })
  }
}

/** Where `folder` really is; undefined where there is none yet, or only a link to one that is gone. */
async function realFolder(folder: string): Promise<string | undefined> {
  try {
    return await realpath(folder)
  } catch (cause) {
    unlessMissing(cause)
    if (await exists(folder)) await unlink(folder)
    return undefined
  }
}

async function makeOpen(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  // A strict umask would close it again.
  if (made !== undefined) await chmod(folder, 0o755)
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

function unlessMissing(cause: unknown): void {
  if (codeOf(cause) !== 'ENOENT') throw cause
}

const unreachable = (code: DatabaseStartCode, closed: string, instead: string) => (cause: unknown) =>
  new DatabaseStartError(
    code,
    `As root PostgreSQL runs as the user "postgres", who may not pass through ${closed}: ${instead}, start as another user, or run "chmod o+x ${closed}".`,
    { cause },
  )
