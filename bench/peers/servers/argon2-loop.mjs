// The ceiling of logins: argon2.verify with the bank's parameters, this many at once, and nothing else.
// Responds to a message {seconds, concurrency} with {perSecond}.
import argon2 from 'argon2'

const PARAMETERS = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const hash = await argon2.hash('analytical-engine', PARAMETERS)

process.on('message', async ({ seconds, concurrency }) => {
  const started = performance.now()
  const until = started + seconds * 1000
  let done = 0
  const loop = async () => {
    while (performance.now() < until) {
      if (!(await argon2.verify(hash, 'analytical-engine'))) throw new Error('the right password was refused')
      done += 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, loop))
  process.send({ perSecond: done / ((performance.now() - started) / 1000) })
})
process.send({})
