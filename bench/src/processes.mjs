import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/command.mjs'

const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url))

/** Installs the peers as their own lockfile says, when they are not there yet. */
export async function installPeers() {
  const present = `${peersFolder}node_modules/.package-lock.json`
  const wanted = JSON.parse(readFileSync(`${peersFolder}package-lock.json`, 'utf8')).packages
  const installed = existsSync(present) ? JSON.parse(readFileSync(present, 'utf8')).packages : {}
  const missing = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  )
  if (missing) await run('npm', ['ci', '--prefix', peersFolder, '--no-audit', '--no-fund'])
}

/** The exact versions that were measured, by package. */
export const peerVersions = () => JSON.parse(readFileSync(`${peersFolder}package.json`, 'utf8')).dependencies

/** autocannon comes with the peers: nothing of this is installed with the product. */
export const importAutocannon = async () =>
  (await import(new URL('../peers/node_modules/autocannon/autocannon.js', import.meta.url))).default

/**
 * Starts a script as a process of its own, which says by a message that it is ready.
 *
 * @returns what it said of itself, with `pid`, `tell(message)`, `ask(message)` and `stop()`.
 */
async function startProcess(path, name, env = {}) {
  const child = fork(path, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said = (said + chunk).slice(-2_000)
  })
  const exited = once(child, 'exit')
  const started = await Promise.race([once(child, 'message'), exited.then(() => undefined)])
  if (!started) throw new Error(`${name} did not start: ${said.trim()}`)
  return {
    ...started[0],
    name,
    pid: child.pid,
    tell: (message) => child.send(message),
    ask: async (message) => {
      const answer = Promise.race([once(child, 'message'), exited.then(() => [{ error: 'it ended' }])])
      child.send(message)
      const [answered] = await answer
      if (answered.error) throw new Error(`${name}: ${answered.error} ${said.trim()}`)
      return answered
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

export const startPeer = (name, env) => startProcess(`${peersFolder}servers/${name}.mjs`, name, env)

/** One of the benchmark's own scripts that measure from a process of their own. */
export const startHelper = (path) => startProcess(fileURLToPath(new URL(path, import.meta.url)), path)

/** Processor time that a process has used, in ms, where the system tells (Linux). */
export function processorMs(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  // In ticks, of which Linux shows programs 100 a second.
  return (user + system) * 10
}

/** Memory that a process holds, in bytes, where the system tells (Linux). */
export function residentBytes(pid) {
  if (!existsSync(`/proc/${pid}/status`)) return undefined
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024
}
