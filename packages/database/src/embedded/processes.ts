import { execFile } from 'node:child_process'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { codeOf, DatabaseStartError } from '../errors.js'

interface ProcessFacts {
  /** Distinguishes the process from a later one with the same id, also after a reboot. */
  readonly startedAt: string
  readonly command: string
  /** Working directory. Known only on Linux, with permission. */
  readonly folder: string | undefined
}

/** Returns facts about a process, or undefined if it does not run or is a zombie. */
export async function inspectProcess(pid: number): Promise<ProcessFacts | undefined> {
  if (!Number.isInteger(pid) || pid < 1) return undefined
  if (platform() === 'linux') return inspectThroughProc(pid)
  if (platform() === 'win32') return inspectByExistence(pid)
  return inspectThroughPs(pid)
}

async function inspectThroughProc(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const [status, commandLine, bootId, folder] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
      readlink(`/proc/${pid}/cwd`).catch(() => undefined),
    ])
    // The name in parentheses may contain any character. The state and numbers follow the last parenthesis.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    if (state === 'Z' || state === 'X') return undefined
    return {
      startedAt: `${bootId.trim()} ${fields[19] ?? ''}`,
      command: commandLine.replaceAll('\0', ' ').trim(),
      folder,
    }
  } catch {
    return undefined
  }
}

async function inspectThroughPs(pid: number): Promise<ProcessFacts | undefined> {
  try {
    const columns = ['-o', 'lstart=', '-o', 'command=']
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-p', String(pid), ...columns], { env: { LC_ALL: 'C' } })
    // lstart is always 24 characters: "Mon Jan  1 00:00:00 2026".
    const line = stdout.trim()
    return { startedAt: line.slice(0, 24), command: line.slice(24).trim(), folder: undefined }
  } catch {
    return undefined
  }
}

function inspectByExistence(pid: number): ProcessFacts | undefined {
  try {
    process.kill(pid, 0)
    return { startedAt: '', command: '', folder: undefined }
  } catch {
    return undefined
  }
}

const POLL_MILLISECONDS = 20
const STOP_LIMIT_MILLISECONDS = 30_000

/**
 * Ensures that no server runs on `data`. The caller must own the folder.
 *
 * With `mayStop`, shuts down a server that outlived its owner, safely for the data, and waits for its end. Otherwise a running
 * server is `folder_in_use`. Removes the pid file of a process that has ended or is no server on this folder, because PostgreSQL
 * only checks whether the id is alive.
 */
export async function clearRunningServer(data: string, mayStop: boolean): Promise<void> {
  const pid = await readPid(data)
  if (pid === undefined) return
  if (!(await isServerOn(pid, data))) return rm(join(data, 'postmaster.pid'), { force: true })
  if (!mayStop || !interrupt(pid)) {
    throw new DatabaseStartError(
      'folder_in_use',
      `A PostgreSQL server (process ${pid}) already runs on ${data}. Stop it, or set DATA_DIR to another folder.`,
    )
  }
  // Not a child of this process, so no event reports its end. It removes its pid file last.
  for (let waited = 0; (await readPid(data)) === pid && (await isServerOn(pid, data)); waited += POLL_MILLISECONDS) {
    if (waited >= STOP_LIMIT_MILLISECONDS) {
      throw new DatabaseStartError(
        'folder_in_use',
        `The orphaned PostgreSQL server on ${data} (process ${pid}) does not stop.`,
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
  // A server's working directory is its data folder. If that is hidden, its command line names the folder. If both are hidden
  // (Windows), any live process counts as a server: refusing is safer than a second server.
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
