import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type EmbeddedServer, startEmbeddedServer } from '@signet/database'
import { freePort } from './free-port.js'
import { runFolder } from './run.js'

/** A PostgreSQL server for one test file, which the test may stop, kill and restart on the same port. */
export interface OwnServer {
  readonly adminUrl: string
  start(): Promise<void>
  /** Shuts the server down cleanly. */
  stop(): Promise<void>
  /** Kills the postmaster. The next start replays the write-ahead log. */
  kill(): Promise<void>
  /** Stops the server and deletes its data. */
  remove(): Promise<void>
}

/** Enough for all tests of a run. */
const MANY_CONNECTIONS = { max_connections: '400' }
/** Test data need not survive a power cut, and disk writes take most of the databases' time. */
const NO_DISK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

const templateIn = (folder: string) => join(folder, 'new-postgres')

/** Creates data in the folder of a run that all its servers copy: `initdb` takes a second of processor time. */
export async function prepareOwnServers(folder: string): Promise<void> {
  const template = templateIn(folder)
  const server = await startEmbeddedServer({ folder: template, settings: NO_DISK })
  await server.stop()
  if (!(await lstat(template)).isSymbolicLink()) return
  // The server's user cannot enter the temporary folder. Each server creates its own data elsewhere.
  for (const path of [await realpath(template), template]) await rm(path, { recursive: true })
}

/**
 * Starts a server. With `durable` it keeps every commit when it is killed, as the product's server does.
 *
 * @param options.run the folder of a run with prepared data. Default: the folder of this run, if there is one
 */
export async function openOwnServer({
  durable = false,
  run = runFolder,
}: {
  readonly durable?: boolean
  readonly run?: string | undefined
} = {}): Promise<OwnServer> {
  // The end of a run deletes its folder.
  const root = await mkdtemp(join(run ?? tmpdir(), 'signet-postgres-'))
  // As root, PostgreSQL runs as another user, which must be able to reach its data.
  await chmod(root, 0o755)
  const folder = join(root, 'server')
  const port = await freePort()
  const settings = durable ? MANY_CONNECTIONS : { ...MANY_CONNECTIONS, ...NO_DISK }
  const launch = () => startEmbeddedServer({ folder, port, settings })
  let server: EmbeddedServer
  try {
    // `cp -a` keeps the owner of the files, and PostgreSQL runs as that user.
    const template = run && templateIn(run)
    if (template && existsSync(template)) await promisify(execFile)('cp', ['-a', template, folder])
    server = await launch()
  } catch (error) {
    await rm(root, { recursive: true, force: true })
    throw error
  }
  return {
    adminUrl: server.adminUrl,
    start: async () => {
      server = await launch()
    },
    stop: () => server.stop(),
    kill: async () => {
      const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), 'SIGKILL')
      await server.stop()
    },
    remove: async () => {
      await server.stop()
      // `folder` is a link when the server's user cannot enter the temporary folder.
      for (const path of [await realpath(folder), root]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
