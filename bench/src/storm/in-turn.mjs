// A process of its own that asks for one thing after another, the next when the one before has been answered, and notes
// how long each took. Answers each message {targets, seconds}, seconds for each, with {[target.name]: times in ms}.
import { timed } from '../timed.mjs'

async function inTurn(target, seconds) {
  const until = performance.now() + seconds * 1000
  const times = []
  while (performance.now() < until) times.push((await timed(target)).ms)
  return times
}

process.on('message', async ({ targets, seconds }) => {
  try {
    const times = {}
    for (const target of targets) times[target.name] = await inTurn(target, seconds)
    process.send({ times })
  } catch (error) {
    process.send({ error: error.message })
  }
})
process.send({})
