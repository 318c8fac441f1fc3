import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { codeOf, DatabaseStartError } from '../errors.js'

const run = promisify(execFile)

/** The user that the server runs as, if it is not the user of this process. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
}

/**
 * Returns the user `postgres` when this process runs as root, because PostgreSQL refuses to run as root. Creates the user if
 * necessary. Undefined otherwise: the server then runs as the user of this process.
 */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  try {
    return await lookUp()
  } catch {
    try {
      await run('groupadd', ['--system', '--force', 'postgres'])
      await run('useradd', ['--system', '--no-create-home', '--gid', 'postgres', 'postgres'])
      return await lookUp()
    } catch (cause) {
      throw new DatabaseStartError(
        'server_user_missing',
        'PostgreSQL does not run as root, and the user "postgres" could not be created. Start as another user.',
        { cause },
      )
    }
  }
}

async function lookUp(): Promise<ServerUser> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  if (uid === undefined || gid === undefined) throw new TypeError('id printed nothing')
  return { uid, gid }
}

/**
 * Returns the first folder above `path`, from the root down, that `user` cannot enter, or undefined. Checks only permission
 * bits. PostgreSQL's own message ("could not access directory") does not name the folder.
 */
export async function findClosedParent(path: string, user: ServerUser): Promise<string | undefined> {
  const parents: string[] = []
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    parents.unshift(folder)
    if (folder === dirname(folder)) break
  }
  for (const folder of parents) {
    let facts: Awaited<ReturnType<typeof stat>>
    try {
      facts = await stat(folder)
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined
      throw cause
    }
    const execute = facts.uid === user.uid ? 0o100 : facts.gid === user.gid ? 0o010 : 0o001
    if ((facts.mode & execute) === 0) return folder
  }
  return undefined
}

/** Excludes this process's environment: no PG* variable may affect the server, and its messages are English. */
export function serverEnvironment(): Record<string, string> | undefined {
  // Windows programs need some variables to start.
  return process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC' }
}
