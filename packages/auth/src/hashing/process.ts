/**
 * The entry of the process that hashes: responds to each message of its parent, and ends with it. It holds
 * no secret, reads no environment and opens nothing.
 */
import { existsSync, readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import argon2 from 'argon2'
import type { HashingAnswer, HashingQuestion, HashingResult } from './job.js'

// Linux keeps a priority for each thread: threads from before the parent lowered the priority are lowered too.
const TASKS = '/proc/self/task'
for (const thread of existsSync(TASKS) ? readdirSync(TASKS) : []) {
  try {
    setPriority(Number(thread), getPriority())
  } catch {
    // It has ended, or hashes at the common priority.
  }
}

async function work({ password, parameters, hash }: HashingQuestion): Promise<HashingResult> {
  if (hash === undefined) return { hash: await argon2.hash(password, { ...parameters, type: argon2.argon2id }) }
  return { matches: await argon2.verify(hash, password), needsRehash: argon2.needsRehash(hash, parameters) }
}

process.on('message', async (question: HashingQuestion) => {
  const { id } = question
  const answer: HashingAnswer = await work(question).then(
    (result) => ({ id, ...result }),
    (error: unknown) => ({ id, error: error instanceof Error ? error.message : 'hashing failed' }),
  )
  if (process.connected) process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))
// A terminal's Ctrl-C reaches all processes at once: the service responds to logins under way before it ends this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
