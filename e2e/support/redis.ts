import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { installDebian } from '@signet/scripts/debian'
import { freePort } from '@signet/testing'

const INSTALLED = ['redis-server', 'valkey-server'].flatMap((name) =>
  ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) => `${folder}/${name}`),
)

/** Returns the path of a Redis or Valkey server. Installs the package when there is none, as root on Debian. */
async function findRedis(): Promise<string> {
  const named = process.env.REDIS_SERVER_PATH
  if (named) return named
  const found = INSTALLED.find(existsSync)
  if (found) return found
  if (await installDebian('redis-server')) return INSTALLED.find(existsSync) ?? missing()
  return missing()
}

/** A Redis server. `stop` and `start` can be repeated: the port stays the same. */
export interface Redis {
  readonly url: string
  pid(): number | undefined
  start(): Promise<void>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a Redis server on a free port of this machine, without persistence. */
export async function startRedis(): Promise<Redis> {
  const path = await findRedis()
  const port = await freePort()
  let child: ChildProcess | undefined
  process.once('exit', () => child?.kill('SIGKILL'))
  const start = async () => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const started = spawn(path, [...options, '--daemonize', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    let said = ''
    const ready = new Promise<boolean>((resolve) => {
      started.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said = (said + chunk).slice(-2_000)
        if (/ready to accept connections/i.test(said)) resolve(true)
      })
      started.once('exit', () => resolve(false))
    })
    if (!(await ready)) throw new Error(`Redis did not start: ${said.trim().slice(-300)}`)
  }
  const stop = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  await start()
  return { url: `redis://127.0.0.1:${port}`, pid: () => child?.pid, start, stop }
}

function missing(): never {
  throw new Error('No Redis server found and none could be installed. Install one, or set REDIS_SERVER_PATH.')
}
