import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const peersFolder = fileURLToPath(new URL('../../peers/', import.meta.url))

/** Installs the peers from their own lockfile, unless they are installed. */
export async function installPeers(): Promise<void> {
  const present = `${peersFolder}node_modules/.package-lock.json`
  const wanted = lockedPackages(`${peersFolder}package-lock.json`)
  const installed = existsSync(present) ? lockedPackages(present) : {}
  const missing = Object.entries(wanted).some(
    ([path, { version, optional }]) => path !== '' && !optional && installed[path]?.version !== version,
  )
  if (missing) await promisify(execFile)('npm', ['ci', '--prefix', peersFolder, '--no-audit', '--no-fund'])
}

type Packages = Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>
const lockedPackages = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { packages: Packages }).packages

/** Returns the exact versions of the peers, by package. */
export const peerVersions = (): Record<string, string> =>
  JSON.parse(readFileSync(`${peersFolder}package.json`, 'utf8')).dependencies

interface Result {
  readonly non2xx: number
  readonly errors: number
  readonly timeouts: number
  readonly statusCodeStats: object
}
export interface LoadRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}
/** The part of autocannon's interface that is used here. */
type Autocannon = (
  options: {
    readonly url: string
    readonly connections: number
    readonly sampleInt: number
    readonly amount?: number
    readonly duration?: number
    readonly requests: readonly LoadRequest[]
    readonly setupClient: (client: { setRequests(requests: readonly LoadRequest[]): void }) => void
  },
  done: (error: Error | null, result: Result) => void,
) => { on(event: 'response', listener: () => void): void }

/** Imports autocannon, which is installed with the peers and not with the product. */
export const importAutocannon = async (): Promise<Autocannon> =>
  (await import(`${peersFolder}node_modules/autocannon/autocannon.js`)).default

/** A child process: a peer that listens on `port`, or a helper that answers messages. */
export interface Started {
  readonly name: string
  readonly pid: number
  readonly port: number
  tell(message: object): void
  /** Resolves with the next message of the process. Rejects with the `error` in it. */
  ask<Message>(message: object): Promise<Message>
  stop(): Promise<void>
}

/**
 * Starts a script as a child process, which sends a message when it is ready.
 */
async function startProcess(path: string, name: string, env: Record<string, string> = {}): Promise<Started> {
  const child = fork(path, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const { pid, stderr } = child
  if (pid === undefined || stderr === null) throw new Error(`${name} did not start`)
  let said = ''
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-2_000)
  })
  const exited = once(child, 'exit')
  const started = await Promise.race([once(child, 'message'), exited.then(() => undefined)])
  if (!started) throw new Error(`${name} did not start: ${said.trim()}`)
  return {
    ...started[0],
    name,
    pid,
    tell: (message) => {
      child.send(message)
    },
    ask: async <Message>(message: object) => {
      const answer = Promise.race([once(child, 'message'), exited.then(() => [{ error: 'the process exited' }])])
      child.send(message)
      const [answered] = await answer
      if (answered.error) throw new Error(`${name}: ${answered.error} ${said.trim()}`)
      return answered as Message
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

export const startPeer = (name: string, env?: Record<string, string>): Promise<Started> =>
  startProcess(`${peersFolder}servers/${name}.mjs`, name, env)

/** Starts one of the benchmark's own scripts as a child process. */
export const startHelper = (path: string): Promise<Started> =>
  startProcess(fileURLToPath(new URL(path, import.meta.url)), path)

/** Returns the CPU time of a process in ms, on Linux only. */
export function processorMs(pid: number): number | undefined {
  if (!existsSync(`/proc/${pid}/stat`)) return undefined
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  // In ticks of 10 ms.
  return (user + system) * 10
}

/** Returns the resident memory of a process in bytes, on Linux only. */
export function residentBytes(pid: number): number | undefined {
  if (!existsSync(`/proc/${pid}/status`)) return undefined
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
