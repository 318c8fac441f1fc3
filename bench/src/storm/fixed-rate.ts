// A process that sends requests at a fixed rate, whether earlier ones have responses or not. Responds to a message
// {targets, seconds} with {[target.name]: times in ms}.
import { timed } from '../timed.js'
import type { SteadyTarget } from './run.js'

/** Sends one target's requests at even intervals. Offsets keep targets from starting together. */
function steadily(target: SteadyTarget, offsetMs: number, seconds: number) {
  const intervalMs = 1000 / target.perSecond
  const until = performance.now() + seconds * 1000
  return new Promise<Array<number | Error>>((resolve) => {
    const asked: Array<Promise<number | Error>> = []
    let nextAt = performance.now() + offsetMs
    const ask = () => {
      if (performance.now() >= until) return resolve(Promise.all(asked))
      asked.push(
        timed(target).then(
          ({ ms }) => ms,
          (error: Error) => error,
        ),
      )
      nextAt += intervalMs
      setTimeout(ask, Math.max(0, nextAt - performance.now()))
    }
    setTimeout(ask, offsetMs)
  })
}

process.on('message', async ({ targets, seconds }: { targets: readonly SteadyTarget[]; seconds: number }) => {
  try {
    const times = await Promise.all(targets.map((target, n) => steadily(target, (n * 7) % 20, seconds)))
    const failed = times.flat().find((one) => one instanceof Error)
    if (failed) throw failed
    process.send?.({ times: Object.fromEntries(targets.map(({ name }, n) => [name, times[n]])) })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
process.send?.({})
