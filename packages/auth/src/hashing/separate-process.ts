import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Hasher, type HashingJob, type HashingResult, unavailable } from './hasher.js'

export type HashingRequest = { readonly id: number; readonly job: HashingJob }
export type HashingResponse = HashingResult & {
  readonly id: number
  readonly error?: string
  readonly isUnavailable?: boolean
}

interface Worker {
  readonly child: ChildProcess
  ask(job: HashingJob): Promise<HashingResult>
}

const ENTRY = fileURLToPath(new URL('./process.js', import.meta.url))

/**
 * Hashes in a separate process with lower priority. In this process, hashes would compete with the event loop for the CPU, and with
 * files and DNS for libuv's thread pool. A process of lower priority yields to both.
 *
 * The process starts with the first job, does not keep its parent alive, and exits with it.
 */
export function processHasher({ threads }: { readonly threads: number }): Hasher {
  let worker: Worker | undefined

  function start(): Worker {
    const child = fork(ENTRY, {
      execArgv: ['--max-semi-space-size=1'],
      env: { UV_THREADPOOL_SIZE: String(threads) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const waiting = new Map<number, { resolve: (result: HashingResult) => void; reject: (error: Error) => void }>()
    let lastId = 0
    // Only a pending job keeps this process alive.
    const hold = () => {
      child.ref()
      child.channel?.ref()
    }
    const release = () => {
      child.unref()
      child.channel?.unref()
    }
    const settle = (id: number) => {
      const job = waiting.get(id)
      waiting.delete(id)
      if (waiting.size === 0) release()
      return job
    }
    const lost = (why: string) => {
      if (worker?.child === child) worker = undefined
      for (const id of [...waiting.keys()]) settle(id)?.reject(unavailable(why))
    }
    child.on('message', ({ id, error, isUnavailable, ...result }: HashingResponse) => {
      if (error === undefined) settle(id)?.resolve(result)
      else settle(id)?.reject(isUnavailable ? unavailable(error) : new Error(error))
    })
    child.on('error', ({ message }) => lost(message))
    child.on('exit', (code, signal) => lost(`the hashing process exited (${signal ?? code})`))
    release()
    // Immediately, because threads inherit the priority of their creator.
    if (child.pid !== undefined) yieldToOthers(child.pid)
    return {
      child,
      ask: (job) =>
        new Promise((resolve, reject) => {
          lastId += 1
          const id = lastId
          waiting.set(id, { resolve, reject })
          hold()
          child.send({ id, job }, (error) => {
            if (error) settle(id)?.reject(unavailable(error.message))
          })
        }),
    }
  }

  return {
    jobsAhead: threads,
    run: (job) => {
      worker ??= start()
      return worker.ask(job)
    },
    close: async () => {
      const child = worker?.child
      worker = undefined
      if (!child?.connected) return
      const ended = once(child, 'exit')
      child.ref()
      child.disconnect()
      await ended
    },
  }
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
  } catch {
    // It then keeps the normal priority, or has already exited, which the exit event reports.
  }
}
