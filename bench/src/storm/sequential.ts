// A process that sends one request after another, each when the previous response has arrived. Responds to a message
// {targets, seconds}, with seconds for each target, with {[target.name]: times in ms}.
import { type Timed, timed } from '../timed.js'
import type { Target } from './run.js'

async function inTurn(target: Timed, seconds: number) {
  const until = performance.now() + seconds * 1000
  const times: number[] = []
  while (performance.now() < until) times.push((await timed(target)).ms)
  return times
}

process.on('message', async ({ targets, seconds }: { targets: readonly Target[]; seconds: number }) => {
  try {
    const times: Record<string, number[]> = {}
    for (const target of targets) times[target.name] = await inTurn(target, seconds)
    process.send?.({ times })
  } catch (error) {
    process.send?.({ error: String(error) })
  }
})
process.send?.({})
