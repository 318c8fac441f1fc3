/**
 * The entry of the process that hashes: responds to each message of its parent, and ends with it. It holds
 * no secret, reads no environment and opens nothing.
 */
import { existsSync, readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { AuthError } from '../errors.js'
import { inProcessHasher } from './in-process.js'
import type { HashingAnswer, HashingQuestion } from './separate-process.js'

// Linux keeps a priority for each thread: threads from before the parent lowered the priority are lowered too.
const TASKS = '/proc/self/task'
for (const thread of existsSync(TASKS) ? readdirSync(TASKS) : []) {
  try {
    setPriority(Number(thread), getPriority())
  } catch {
    // It has ended, or hashes at the common priority.
  }
}

const hasher = inProcessHasher()

process.on('message', async ({ id, job }: HashingQuestion) => {
  const answer: HashingAnswer = await hasher.run(job).then(
    (result) => ({ id, ...result }),
    (error: unknown) => ({
      id,
      error: error instanceof Error ? error.message : 'hashing failed',
      isUnavailable: error instanceof AuthError,
    }),
  )
  if (process.connected) process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))
// A terminal's Ctrl-C reaches all processes at once: the service responds to logins under way before it ends this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
