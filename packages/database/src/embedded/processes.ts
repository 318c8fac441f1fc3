import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { platform } from 'node:os'
import { promisify } from 'node:util'

export interface ProcessFacts {
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
