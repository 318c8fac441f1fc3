// A process of its own that asks at a steady rate, whether or not earlier requests have been answered, and notes how long
// each took. Answers each message {targets, seconds} with {[target.name]: times in ms}.
import { timed } from '../timed.mjs'

/** One target's requests, evenly apart; two targets never begin at once. */
function steadily(target, offsetMs, seconds) {
  const intervalMs = 1000 / target.perSecond
  const until = performance.now() + seconds * 1000
  return new Promise((resolve) => {
    const asked = []
    let nextAt = performance.now() + offsetMs
    const ask = () => {
      if (performance.now() >= until) return resolve(Promise.all(asked))
      asked.push(
        timed(target).then(
          ({ ms }) => ms,
          (error) => error,
        ),
      )
      nextAt += intervalMs
      setTimeout(ask, Math.max(0, nextAt - performance.now()))
    }
    setTimeout(ask, offsetMs)
  })
}

process.on('message', async ({ targets, seconds }) => {
  try {
    const times = await Promise.all(targets.map((target, n) => steadily(target, (n * 7) % 20, seconds)))
    const failed = times.flat().find((one) => one instanceof Error)
    if (failed) throw failed
    process.send({ times: Object.fromEntries(targets.map(({ name }, n) => [name, times[n]])) })
  } catch (error) {
    process.send({ error: error.message })
  }
})
process.send({})
