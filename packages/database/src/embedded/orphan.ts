import { readFile, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, DatabaseStartError } from '../errors.js'
import { inspectProcess } from './processes.js'

const POLL_MILLISECONDS = 20
const STOP_LIMIT_MILLISECONDS = 30_000

/**
 * Leaves no server running on `data`. Call it as the owner of the folder.
 *
 * A server that outlived its owner (`mayStop`) is told to shut down as `stop()` would have told it, which is safe for
 * the data, and awaited. One that nobody of ours started is left alone: `folder_in_use`. A pid file whose process is
 * gone, or is not a server on this folder, is a leftover and removed: PostgreSQL believes it whenever the id is alive.
 */
export async function clearRunningServer(data: string, mayStop: boolean): Promise<void> {
  const pid = await readPid(data)
  if (pid === undefined) return
  if (!(await isServerOn(pid, data))) return rm(join(data, 'postmaster.pid'), { force: true })
  if (!mayStop || !interrupt(pid)) {
    throw new DatabaseStartError(
      'folder_in_use',
      `A PostgreSQL server (process ${pid}) already runs on ${data}: stop it first, or give this run a DATA_DIR of its own.`,
    )
  }
  // It is not a child of this process, so nothing reports its end. Its pid file goes last.
  for (let waited = 0; (await readPid(data)) === pid && (await isServerOn(pid, data)); waited += POLL_MILLISECONDS) {
    if (waited >= STOP_LIMIT_MILLISECONDS) {
      throw new DatabaseStartError(
        'folder_in_use',
        `The PostgreSQL server left behind on ${data} (process ${pid}) does not stop.`,
      )
    }
    await delay(POLL_MILLISECONDS)
  }
}

async function readPid(data: string): Promise<number | undefined> {
  try {
    const [line = ''] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
    // Negative: a single-user server.
    return Math.abs(Number.parseInt(line, 10)) || undefined
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined
    throw thrown
  }
}

async function isServerOn(pid: number, data: string): Promise<boolean> {
  const facts = await inspectProcess(pid)
  if (!facts) return false
  const folder = await realpath(data)
  // A server works in its data folder. Where that cannot be seen, its command line says so; where neither can be
  // (Windows), a living process is taken for a server: better to refuse than to start a second one.
  if (facts.folder !== undefined) return facts.folder === folder && facts.command.includes('postgres')
  return facts.command === '' || (facts.command.includes('postgres') && facts.command.includes(data))
}

function interrupt(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGINT')
  } catch (thrown) {
    if (codeOf(thrown) === 'ESRCH') return true
    return false
  }
}
