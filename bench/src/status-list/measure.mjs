// A process of its own for each number of sessions, so that nothing measured before is in its memory. Prints one line of
// JSON. Needs --expose-gc.
import { createHmac } from 'node:crypto'
import { seeded } from '../seeded.mjs'
import { fill, follow, reference, standing } from './lists.mjs'

const [sessionsText, redisUrl, roundsText] = process.argv.slice(2)
const sessions = Number(sessionsText)
const rounds = Number(roundsText)
const random = seeded(7)

/** Checks in one timing: enough that the clock's own cost vanishes. */
const CHECKS = 200_000
const HMACS = 20_000
const READS = 200

async function memoryBytes() {
  // What was just let go of is only given back by the collection after the next one.
  for (let n = 0; n < 4; n += 1) {
    globalThis.gc()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Verifiers whose memory is measured together: what the process does beside weighs the less on each. */
const VERIFIERS = 16
const verifiers = []
const addVerifier = async () => {
  const verifier = follow()
  await fill(verifier, sessions)
  verifiers.push(verifier)
}
// Compiled code does not count as memory of the lists.
await addVerifier()
const before = await memoryBytes()
for (let n = 0; n < VERIFIERS; n += 1) await addVerifier()
const memory = ((await memoryBytes()) - before) / VERIFIERS
for (const verifier of verifiers) verifier.close()
const measured = verifiers[0]

const signIns = Array.from({ length: 4_096 }, () => reference(standing(random, sessions)))
const token = Buffer.alloc(700, 'a').toString()
const { createClient } = await import('redis')
const redis = createClient({ url: redisUrl })
await redis.connect()
await redis.set('ended:1', '0')

function checks() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < CHECKS; n += 1) measured.assertNotRevoked(signIns[n & 4_095])
  return Number(process.hrtime.bigint() - started) / CHECKS
}

function hmacs() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < HMACS; n += 1) createHmac('sha256', 'a secret of at least 32 bytes, yes').update(token).digest()
  return Number(process.hrtime.bigint() - started) / HMACS
}

async function reads() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < READS; n += 1) await redis.get('ended:1')
  return Number(process.hrtime.bigint() - started) / READS
}

// What the compiler needs to see once.
checks()
hmacs()
const taken = { checkNs: [], hmacNs: [], redisNs: [] }
for (let round = 0; round < rounds; round += 1) {
  taken.checkNs.push(checks())
  taken.hmacNs.push(hmacs())
  taken.redisNs.push(await reads())
}
await redis.quit()
process.stdout.write(
  `${JSON.stringify({ sessions, lists: measured.count(), memoryBytes: Math.round(memory), ...taken })}\n`,
)
