import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from '../errors.js'
import type { Binaries } from './binaries.js'
import { serverEnvironment } from './data-folder.js'
import { assertRootOwned, ensureRootFolder, ROOT_FOLDER, unreachable } from './root-folder.js'
import { findClosedParent, type ServerUser } from './server-user.js'

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
