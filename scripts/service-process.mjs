import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A service did not start: `message` is what it said, a line for each reason. */
export class ServiceStartError extends Error {}

/**
 * Starts one service as a process of its own and waits until it says that it listens. Its log goes to a file.
 *
 * @returns {Promise<{ pid: number, exited: Promise<string>, stop: (signal?: NodeJS.Signals) => Promise<void> }>}
 */
export async function startServiceProcess({ name, entry, env, logFolder }) {
  await mkdir(logFolder, { recursive: true })
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' })
  const child = spawn(process.execPath, ['--enable-source-maps', entry], {
    env,
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
    exited,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await exited
    },
  }
}
