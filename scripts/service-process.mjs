import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Memory: V8 keeps three young spaces of this size, and its default, 16 MB, is for machines that run one program; with 4 MB
 * it collects so often that a bank answers a tenth fewer requests. glibc keeps what was freed unless blocks of a megabyte go
 * back to the system at once. The process that hashes passwords does without the latter: it asks for the same 19 MiB again
 * and again.
 */
const SMALL_HEAP = ['--max-semi-space-size=8']
const SMALL_MALLOC = { MALLOC_MMAP_THRESHOLD_: '1048576' }

/** A service did not start: `message` is what it said, a line for each reason. */
class ServiceStartError extends Error {}

/**
 * Starts one service as a process of its own and waits until it says that it listens. Its log goes to a file.
 *
 * @returns {Promise<{ pid: number, startMs: number, exited: Promise<string>, stop: (signal?: NodeJS.Signals) => Promise<void>, again: () => Promise<any> }>}
 *   `startMs`: how long that took; `again` starts another like it.
 */
export async function startServiceProcess(service) {
  const { name, entry, env, logFolder, v8Flags = [] } = service
  await mkdir(logFolder, { recursive: true })
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' })
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...SMALL_HEAP, ...v8Flags, entry], {
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
    again: () => startServiceProcess(service),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await exited
    },
  }
}
