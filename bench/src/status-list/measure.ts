// Runs in its own process for each number of sessions, so that earlier measurements do not count as memory. Prints one line
// of JSON. Needs --expose-gc.
import { createHmac } from 'node:crypto'
import { seededRandom } from '../seeded-random.js'
import { activeSession, fill, follow, reference } from './lists.js'

const [sessionsText, redisUrl = '', roundsText] = process.argv.slice(2)
const sessions = Number(sessionsText)
const rounds = Number(roundsText)
const random = seededRandom(7)

/** Checks per timing: enough to make the clock's cost negligible. */
const CHECKS = 200_000
const HMACS = 20_000
const READS = 200

async function memoryBytes() {
  // Some memory is only returned by the collection after the next.
  for (let n = 0; n < 4; n += 1) {
    globalThis.gc?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Verifiers measured together, so that other memory of the process weighs less on each. */
const VERIFIERS = 16
const verifiers: Array<ReturnType<typeof follow>> = []
const addVerifier = async () => {
  const verifier = follow()
  await fill(verifier, sessions)
  verifiers.push(verifier)
  return verifier
}
// The first verifier compiles the code, which is not memory of the lists.
const measured = await addVerifier()
const before = await memoryBytes()
for (let n = 0; n < VERIFIERS; n += 1) await addVerifier()
const memory = ((await memoryBytes()) - before) / VERIFIERS
// A closed verifier drops its lists, so the measured one stays open.
for (const verifier of verifiers) if (verifier !== measured) verifier.close()

const signIns = Array.from({ length: 4_096 }, () => reference(activeSession(random, sessions)))
const token = Buffer.alloc(700, 'a').toString()
const { createClient } = await import('redis')
const redis = createClient({ url: redisUrl })
await redis.connect()
await redis.set('revoked:1', '0')

function checks() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < CHECKS; n += 1) measured.assertNotRevoked(signIns[n & 4_095] ?? reference(1))
  return Number(process.hrtime.bigint() - started) / CHECKS
}

function hmacs() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < HMACS; n += 1) createHmac('sha256', 'a secret of at least 32 bytes, yes').update(token).digest()
  return Number(process.hrtime.bigint() - started) / HMACS
}

async function reads() {
  const started = process.hrtime.bigint()
  for (let n = 0; n < READS; n += 1) await redis.get('revoked:1')
  return Number(process.hrtime.bigint() - started) / READS
}

// Warms up the compiler.
checks()
hmacs()
const taken = { checkNs: [] as number[], hmacNs: [] as number[], redisNs: [] as number[] }
for (let round = 0; round < rounds; round += 1) {
  taken.checkNs.push(checks())
  taken.hmacNs.push(hmacs())
  taken.redisNs.push(await reads())
}
await redis.quit()
process.stdout.write(
  `${JSON.stringify({ sessions, lists: measured.count(), memoryBytes: Math.round(memory), ...taken })}\n`,
)
measured.close()
