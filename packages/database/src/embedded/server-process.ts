import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { type DatabaseStartCode, DatabaseStartError } from '../errors.js'
import type { Binaries } from './reachable-binaries.js'
import { type ServerUser, serverEnvironment } from './server-user.js'

/** Includes the replay of the write-ahead log after a crash. */
const READY_LIMIT_MILLISECONDS = 60_000
const STOP_LIMIT_MILLISECONDS = 15_000

/** Small, because a demo shares its machine. Still durable: fsync stays on. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '16MB',
  max_wal_size: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
}

export interface LaunchOptions {
  readonly binaries: Binaries
  readonly data: string
  readonly port: number
  readonly user: ServerUser | undefined
  readonly log: (line: string) => void
  /** Server parameters that override those of this file. */
  readonly settings: Readonly<Record<string, string>>
}

/** Starts the server. Resolves with a function that stops it, once it accepts connections. */
export async function launchServer(options: LaunchOptions): Promise<() => Promise<void>> {
  const { binaries, data, port, user, log } = options
  const settings = Object.entries({ ...SETTINGS, ...options.settings }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...settings], {
    ...user,
    env: serverEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    // Outside the terminal's process group: Ctrl-C reaches only this process, which stops the server after the services.
    detached: true,
    windowsHide: true,
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = () => stopServer(child, exited, options)

  // If the process exits without `stop()`, the server shuts down by itself after this signal.
  const signalAtExit = () => child.kill('SIGINT')
  process.once('exit', signalAtExit)
  void exited.then(() => process.removeListener('exit', signalAtExit))

  try {
    await untilReady(child, exited, log)
  } catch (thrown) {
    await stop()
    throw thrown
  }
  return stop
}

function untilReady(child: ChildProcess, exited: Promise<void>, log: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let problem = ''
    let code: DatabaseStartCode = 'server_failed'
    const limit = setTimeout(
      () => reject(new DatabaseStartError('server_failed', 'PostgreSQL was not ready within a minute.')),
      READY_LIMIT_MILLISECONDS,
    )
    const settle = () => clearTimeout(limit)
    child.once('error', (cause) => {
      settle()
      reject(new DatabaseStartError('server_failed', `PostgreSQL could not be started: ${cause.message}`, { cause }))
    })
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        log(line)
        if (line.includes('could not bind')) code = 'port_taken'
        if (line.includes('lock file "postmaster.pid" already exists')) code = 'folder_in_use'
        if (line.includes('FATAL:')) problem = line.slice(line.indexOf('FATAL:') + 6).trim()
        if (line.includes('database system is ready to accept connections')) {
          settle()
          resolve()
        }
      })
    }
    void exited.then(() => {
      settle()
      reject(new DatabaseStartError(code, `PostgreSQL exited during its start: ${problem || 'no reason given'}`))
    })
  })
}

/** Performs a fast shutdown: rolls back open transactions and writes committed data to disk. */
async function stopServer(child: ChildProcess, exited: Promise<void>, { binaries, data, user }: LaunchOptions) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  if (process.platform === 'win32') {
    // On Windows a signal kills the process, so pg_ctl requests the shutdown.
    await promisify(execFile)(binaries.pgCtl, ['stop', '-D', data, '-m', 'fast', '-w'], { ...user })
  } else {
    child.kill('SIGINT')
  }
  const limit = setTimeout(() => child.kill('SIGQUIT'), STOP_LIMIT_MILLISECONDS)
  await exited
  clearTimeout(limit)
}
