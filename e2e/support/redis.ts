import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { installDebian } from '@signet/scripts/debian'
import { freePort } from '@signet/testing'

const INSTALLED = ['redis-server', 'valkey-server'].flatMap((name) =>
  ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) => `${folder}/${name}`),
)

/** Returns the path of a Redis or Valkey server. Installs the package when there is none, as root on Debian. */
async function findRedis() {
  const named = process.env.REDIS_SERVER_PATH
  if (named) return named
  const found = INSTALLED.find(existsSync)
  if (found) return found
  if (await installDebian('redis-server')) return INSTALLED.find(existsSync) ?? missing()
  return missing()
}

/**
 * Starts a Redis server on a free port of this machine, without persistence.
 *
 * @returns {Promise<{ url: string, pid: () => number, stop: (signal?: NodeJS.Signals) => Promise<void>, start: () => Promise<void> }>}
 *   `stop` and `start` can be repeated: the port stays the same.
 */
export async function startRedis() {
  const path = await findRedis()
  const port = await freePort()
  let child
  process.once('exit', () => child?.kill('SIGKILL'))
  const start = async () => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    child = spawn(path, [...options, '--daemonize', 'no'], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    const ready = new Promise((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        said = (said + chunk).slice(-2_000)
        if (/ready to accept connections/i.test(said)) resolve(true)
      })
      child.once('exit', () => resolve(false))
    })
    if (!(await ready)) throw new Error(`Redis did not start: ${said.trim().slice(-300)}`)
  }
  const stop = async (signal = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
  await start()
  return { url: `redis://127.0.0.1:${port}`, pid: () => child.pid, start, stop }
}

/** @returns {never} */
function missing() {
  throw new Error('No Redis server found and none could be installed. Install one, or set REDIS_SERVER_PATH.')
}
