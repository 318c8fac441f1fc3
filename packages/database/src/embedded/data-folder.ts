import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, DatabaseStartError, lastLine, reasonOf } from '../errors.js'
import type { Binaries } from './reachable-binaries.js'
import { type ServerUser, serverEnvironment } from './server-user.js'

export interface DataPlaces {
  readonly data: string
  readonly passwordFile: string
}

/** Creates the data folder, or checks an existing one. Returns the administrator's password. */
export async function ensureDataFolder(
  places: DataPlaces,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<string> {
  await removeStagedFolders(places.data)
  const version = await readVersion(places.data)
  if (version === undefined) return create(places, binaries, user)
  const expected = await majorVersion(binaries, user)
  if (version !== expected) {
    throw new DatabaseStartError(
      'data_version_mismatch',
      `${places.data} was written by PostgreSQL ${version}, and this is ${expected}. Dump it with ${version} and restore it, or move it away.`,
    )
  }
  return readFile(places.passwordFile, 'utf8').then(
    (text) => text.trim(),
    (cause) => {
      throw new DatabaseStartError(
        'password_missing',
        `${places.data} exists, but its password file ${places.passwordFile} does not. Restore the file, or move the data away.`,
        { cause },
      )
    },
  )
}

/** Returns the major version of the data, or undefined without data. */
async function readVersion(data: string): Promise<string | undefined> {
  try {
    const names = await readdir(data)
    if (names.length === 0) {
      await rmdir(data)
      return undefined
    }
    // initdb writes it last, so its presence means a complete folder.
    await stat(join(data, 'global', 'pg_control'))
    return (await readFile(join(data, 'PG_VERSION'), 'utf8')).trim()
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' && !(await exists(data))) return undefined
    if (codeOf(cause) === 'EACCES') {
      throw new DatabaseStartError('folder_unreachable', `${data} belongs to another user.`, { cause })
    }
    throw new DatabaseStartError(
      'data_incomplete',
      `${data} contains files, but no complete database. Move it away, and a new one is created.`,
      { cause },
    )
  }
}

/** Creates the folder under a temporary name and renames it, so that the final name always is a complete folder. */
async function create({ data, passwordFile }: DataPlaces, binaries: Binaries, user: ServerUser | undefined) {
  const password = randomBytes(24).toString('base64url')
  const staged = `${data}.new-${randomBytes(6).toString('hex')}`
  const stagedPassword = `${staged}.password`
  try {
    await mkdir(staged, { mode: 0o700 })
    await writeFile(stagedPassword, `${password}\n`, { mode: 0o600 })
    if (user) {
      await chown(staged, user.uid, user.gid)
      await chown(stagedPassword, user.uid, user.gid)
    }
    await promisify(execFile)(
      binaries.initdb,
      [
        `--pgdata=${staged}`,
        `--pwfile=${stagedPassword}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Same sort order and case folding on every machine.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      { ...user, env: serverEnvironment() },
    )
    await rm(stagedPassword)
    await rm(passwordFile, { force: true })
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    await chmod(passwordFile, 0o600)
    await rename(staged, data)
    return password
  } catch (cause) {
    await Promise.all([staged, stagedPassword].map((path) => rm(path, { recursive: true, force: true })))
    throw new DatabaseStartError(
      'initdb_failed',
      `The data folder ${data} could not be created: ${lastLine(reasonOf(cause))}`,
      {
        cause,
      },
    )
  }
}

async function removeStagedFolders(data: string): Promise<void> {
  const parent = dirname(data)
  const staged = (await readdir(parent))
    .map((name) => join(parent, name))
    .filter((path) => path.startsWith(`${data}.new-`))
  await Promise.all(staged.map((path) => rm(path, { recursive: true, force: true })))
}

async function majorVersion(binaries: Binaries, user: ServerUser | undefined): Promise<string> {
  // "postgres (PostgreSQL) 18.4"
  const { stdout } = await promisify(execFile)(binaries.postgres, ['--version'], { ...user, env: serverEnvironment() })
  return /(\d+)\.\d+/.exec(stdout)?.[1] ?? ''
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
