import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startEmbeddedServer } from '@signet/database'
import { freePort } from './free-port.js'

/** A PostgreSQL server of one test file, which the test may stop, kill and start again on the same port. */
export interface OwnServer {
  readonly adminUrl: string
  start(): Promise<void>
  /** A clean shutdown. */
  stop(): Promise<void>
  /** Kills the postmaster; the next start replays the log. */
  kill(): Promise<void>
  /** Stops the server and deletes its data. */
  remove(): Promise<void>
}

/** More than services take, so that no test fails for the connections of another. */
const MANY_CONNECTIONS = { max_connections: '400' }
/** A test run's data needs to survive no power cut: writing to the disk is what its databases spend most time on. */
const NO_DISK = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** Starts a server. `durable`: it keeps every commit when it is killed, as the product's own server does. */
export async function openOwnServer({ durable = false }: { readonly durable?: boolean } = {}): Promise<OwnServer> {
  const root = await mkdtemp(join(tmpdir(), 'signet-postgres-'))
  // As root PostgreSQL runs as another user, who must reach its data.
  await chmod(root, 0o755)
  const folder = join(root, 'server')
  const port = await freePort()
  const settings = durable ? MANY_CONNECTIONS : { ...MANY_CONNECTIONS, ...NO_DISK }
  const launch = () => startEmbeddedServer({ folder, port, settings })
  let server: EmbeddedServer
  try {
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
      // Where the temporary folder is closed to the user that the server runs as, its folder is a link.
      for (const path of [await realpath(folder), root]) await rm(path, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
