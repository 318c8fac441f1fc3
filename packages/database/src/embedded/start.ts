import { once } from 'node:events'
import { chmod, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { DatabaseStartError } from '../errors.js'
import { ensureDataFolder } from './data-folder.js'
import { takeOwnerLock } from './owner-lock.js'
import { clearRunningServer } from './processes.js'
import { findBinaries, reachableBinaries } from './reachable-binaries.js'
import { reachableFolder } from './reachable-folder.js'
import { type LaunchOptions, launchServer } from './server-process.js'
import { findServerUser } from './server-user.js'

interface EmbeddedServerOptions {
  /**
   * A folder for the server alone. It contains `data`, and files with the password and the owner. If root's server cannot
   * enter it, it becomes a link to a new folder below `/var/lib/signet`.
   */
  readonly folder: string
  /** Port on 127.0.0.1. Default 0: any free port. */
  readonly port?: number
  /** Receives every line of the server's log. Default: discarded. */
  readonly log?: (line: string) => void
  /** Server parameters by name, as for `postgres -c`. They override this package's own. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedServer {
  /** Connects as the superuser: for provisioning, not for services. */
  readonly adminUrl: string
  /** Resolves when the server process has ended. Can be called twice. */
  stop(): Promise<void>
}

const PORT_ATTEMPTS = 3

/**
 * Starts a PostgreSQL server as a child process. Its data stays in `folder` between starts.
 *
 * Recovers after a kill: shuts down a server that outlived its owner. Never stops the server of a live process. Throws
 * DatabaseStartError with `folder_unreachable`, `binaries_unreachable`, `binaries_missing`,
 * `server_user_missing`, `folder_in_use`, `data_incomplete`, `data_version_mismatch`, `password_missing`, `port_taken`,
 * `initdb_failed` or `server_failed`. No process is left running then.
 *
 * Installs no signal handler: the caller must call `stop()`. Does *not* check the disk space, nor whether another machine or
 * container shares the folder.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const [installed, user] = await Promise.all([findBinaries(), findServerUser()])
  const wanted = resolve(options.folder)
  const [folder, binaries] = user
    ? await Promise.all([reachableFolder(wanted, user), reachableBinaries(installed, user)])
    : [wanted, installed]
  const data = join(folder, 'data')
  await makeFolder(folder)

  const lock = await takeOwnerLock(join(folder, 'owner'))
  try {
    await clearRunningServer(data, lock.takenOver)
    const password = await ensureDataFolder({ data, passwordFile: join(folder, 'password') }, binaries, user)
    const { port, stop } = await launch(options.port ?? 0, {
      binaries,
      data,
      user,
      log: options.log ?? (() => {}),
      settings: options.settings ?? {},
    })
    let stopped: Promise<void> | undefined
    return {
      adminUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      stop: () => {
        stopped ??= stop().then(lock.release)
        return stopped
      },
    }
  } catch (thrown) {
    await lock.release()
    throw thrown
  }
}

async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  // The server's user must be able to enter the folder despite a strict umask. Other users cannot list it.
  if (made !== undefined) await chmod(folder, 0o711)
}

async function launch(wantedPort: number, options: Omit<LaunchOptions, 'port'>) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wantedPort)
    try {
      return { port, stop: await launchServer({ ...options, port }) }
    } catch (thrown) {
      const lostTheRace = thrown instanceof DatabaseStartError && thrown.code === 'port_taken'
      if (!lostTheRace || wantedPort !== 0 || attempt === PORT_ATTEMPTS) throw thrown
    }
  }
}

/** Returns `wanted` if it is free, else throws `port_taken`. With 0, returns any free port. Another program may still take it. */
async function freePort(wanted: number): Promise<number> {
  const server = createServer()
  server.listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new DatabaseStartError(
      'port_taken',
      `Port ${wanted} of 127.0.0.1 is in use. PostgreSQL cannot listen there.`,
      { cause },
    )
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new TypeError('A TCP server has an address')
  return address.port
}
