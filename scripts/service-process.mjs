import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Saves memory. V8 keeps three young generations of this size in MB: the default is 16, and with 4 a bank serves 10 % fewer
 * requests. glibc returns freed blocks above this size in bytes to the system at once. The hashing process unsets that,
 * because it allocates the same 19 MiB repeatedly.
 */
const SMALL_HEAP = ['--max-semi-space-size=8']
/** See packages/service/src/http/fast-path/README.md. */
const NO_PRETENURING = '--no-allocation-site-pretenuring'
const SMALL_MALLOC = { MALLOC_MMAP_THRESHOLD_: '1048576' }

/** Error of a service that did not start. `message` is its stderr, with a line for each reason. */
class ServiceStartError extends Error {}

/**
 * Starts one service as a process and waits until it listens. Its log is written to a file.
 *
 * @returns {Promise<{ pid: number, startMs: number, exited: Promise<string>, stop: (signal?: NodeJS.Signals) => Promise<void>, again: (env?: object) => Promise<any> }>}
 *   `startMs`: time until it listened; `again` starts another process with the same arguments and further variables
 */
export async function startServiceProcess(service) {
  const { name, entry, env, logFolder, v8Flags = [] } = service
  await mkdir(logFolder, { recursive: true })
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' })
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...SMALL_HEAP, NO_PRETENURING, ...v8Flags, entry], {
    env: { ...SMALL_MALLOC, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let said = ''
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said = (said + chunk).slice(-2_000)
  })
  const exited = once(child, 'close').then(([code, signal]) => {
    log.end()
    return `${name} ended (${signal ?? code})`
  })
  const started = await Promise.race([once(child, 'message').then(() => true), exited.then(() => false)])
  if (!started) throw new ServiceStartError(said.trim() || (await exited))
  return {
    pid: child.pid,
    startMs: performance.now() - startedAt,
    exited,
    again: (further = {}) => startServiceProcess({ ...service, env: { ...env, ...further } }),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await exited
    },
  }
}
