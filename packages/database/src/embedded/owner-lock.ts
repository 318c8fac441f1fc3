import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf, DatabaseStartError } from '../errors.js'
import { inspectProcess } from './processes.js'

export interface OwnerLock {
  /** The previous owner ended without a release, so its server may still run. */
  readonly takenOver: boolean
  release(): Promise<void>
}

interface Owner {
  readonly pid: number
  readonly startedAt: string
}

/**
 * Makes this process the owner of a data folder, with a file that identifies it. Takes over the file of a process that has
 * ended, also when its id was reused. A live process is `folder_in_use`.
 */
export async function takeOwnerLock(file: string): Promise<OwnerLock> {
  const self = await inspectProcess(process.pid)
  const mine = JSON.stringify({ pid: process.pid, startedAt: self?.startedAt ?? '' } satisfies Owner)
  let takenOver = false
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx', mode: 0o600 })
      return { takenOver, release: () => rm(file, { force: true }) }
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown
    }
    const found = await readFile(file, 'utf8').catch(() => undefined)
    if (found === undefined) continue
    await refuseIfAlive(file, found)
    await moveAside(file, found)
    takenOver = true
  }
}

async function refuseIfAlive(file: string, text: string): Promise<void> {
  const owner = parse(text)
  const alive = owner && (await inspectProcess(owner.pid))
  if (!alive || alive.startedAt !== owner.startedAt) return
  throw new DatabaseStartError(
    'folder_in_use',
    `Process ${owner.pid} runs the database in ${dirname(file)}. Stop it, or set DATA_DIR to another folder.`,
  )
}

/** Moves a stale file away. Two processes may find the same one: if the moved file is not the stale one, it is restored. */
async function moveAside(file: string, stale: string): Promise<void> {
  const aside = `${file}.${process.pid}`
  try {
    await rename(file, aside)
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return
    throw thrown
  }
  const moved = await readFile(aside, 'utf8')
  if (moved !== stale) await writeFile(file, moved, { flag: 'wx', mode: 0o600 })
  await rm(aside)
}

function parse(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return undefined
    const { pid, startedAt } = value
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined
  } catch {
    // Incomplete, because its process was killed.
    return undefined
  }
}
