// A process of its own that keeps so many sign-ins under way, until it is told to stop.
// {bank, credentials, concurrency} begins; {stop: true} ends and is answered with {times in ms, statuses}.
import { ask } from '../requests.mjs'

let running
let stopping = false

async function storm({ bank, credentials, concurrency }) {
  const times = []
  const statuses = {}
  const one = async () => {
    while (!stopping) {
      const startedAt = performance.now()
      const { status } = await ask({
        ...bank,
        path: '/api/login',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(credentials),
      })
      times.push(performance.now() - startedAt)
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, one))
  return { times, statuses }
}

process.on('message', async (message) => {
  if (message.stop) {
    stopping = true
    process.send(await running.catch((error) => ({ error: error.message })))
    return
  }
  stopping = false
  running = storm(message)
})
process.send({})
