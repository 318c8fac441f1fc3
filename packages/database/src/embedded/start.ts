import { chmod, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseStartError } from '../errors.js'
import { findBinaries } from './binaries.js'
import { ensureDataFolder } from './data-folder.js'
import { freePort } from './free-port.js'
import { clearRunningServer } from './orphan.js'
import { takeOwnerLock } from './owner-lock.js'
import { reachableBinaries } from './reachable-binaries.js'
import { reachableFolder } from './reachable-folder.js'
import { type LaunchOptions, launchServer } from './server-process.js'
import { findServerUser } from './server-user.js'

export interface EmbeddedServerOptions {
  /**
   * A folder for the server alone: its data goes to `data` in it, its password and its owner to files beside. Where root's
   * server cannot get to it, it becomes a link to a new one below `/var/lib/signet`.
   */
  readonly folder: string
  /** Port on 127.0.0.1; 0 or left out: any free one. */
  readonly port?: number
  /** Receives every line that the server writes. Default: they are dropped. */
  readonly log?: (line: string) => void
  /** Server parameters by name, as `postgres -c` takes them, instead of this package's own. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedServer {
  /** Signs in as the superuser: for provisioning, not for services. */
  readonly adminUrl: string
  /** Resolves once the server process has ended. Safe to call twice. */
  stop(): Promise<void>
}

const PORT_ATTEMPTS = 3

/**
 * Starts a PostgreSQL server of this program's own, as a child process; its data stays in `folder` between starts.
 *
 * It recovers from being killed: a server that outlived its owner is shut down first. It never stops the server of a
 * run that is alive. Throws DatabaseStartError with `folder_unreachable`, `binaries_unreachable`, `binaries_missing`,
 * `server_user_missing`, `folder_in_use`, `data_incomplete`, `data_version_mismatch`, `password_missing`, `port_taken`,
 * `initdb_failed` or `server_failed`; nothing is left running then.
 *
 * It installs no signal handler: whoever starts it calls `stop()` when the program ends. It does not check the space
 * on the disk, and not whether another machine or container shares the folder.
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
  // A strict umask must not close a folder of ours to the user that the server runs as; others may not list it.
  if (made !== undefined) await chmod(folder, 0o711)
}

async function launch(
  wantedPort: number,
  options: Omit<LaunchOptions, 'port'>,
): Promise<{ port: number; stop: () => Promise<void> }> {
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
