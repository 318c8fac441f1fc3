/**
 * The entry of the hashing process: responds to each message of its parent, and exits with it. It holds no secret, reads no
 * environment variables and opens no connection.
 */
import { existsSync, readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { AuthError } from '../errors.js'
import { inProcessHasher } from './in-process.js'
import type { HashingRequest, HashingResponse } from './separate-process.js'

// On Linux each thread has its own priority: lowers that of threads that started before the parent's call.
const TASKS = '/proc/self/task'
for (const thread of existsSync(TASKS) ? readdirSync(TASKS) : []) {
  try {
    setPriority(Number(thread), getPriority())
  } catch {
    // The thread has ended, or keeps the normal priority.
  }
}

const hasher = inProcessHasher()

process.on('message', async ({ id, job }: HashingRequest) => {
  const response: HashingResponse = await hasher.run(job).then(
    (result) => ({ id, ...result }),
    (error: unknown) => ({
      id,
      error: error instanceof Error ? error.message : 'hashing failed',
      isUnavailable: error instanceof AuthError,
    }),
  )
  if (process.connected) process.send?.(response)
})
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches all processes. The service completes pending logins before it stops this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
