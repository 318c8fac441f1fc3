// A process that keeps this many logins running. The message {bank, credentials, concurrency} starts it. {stop: true} ends
// it and is answered with {times in ms, statuses}.
import { type Server, sendRequest } from '../requests.js'

interface Storm {
  readonly bank: Server
  readonly credentials: { readonly username: string; readonly password: string }
  readonly concurrency: number
}
interface Result {
  readonly times: number[]
  readonly statuses: Readonly<Record<number, number>>
}

let running: Promise<Result> | undefined
let stopping = false

async function storm({ bank, credentials, concurrency }: Storm): Promise<Result> {
  const times: number[] = []
  const statuses: Record<number, number> = {}
  const one = async () => {
    while (!stopping) {
      const startedAt = performance.now()
      const { status } = await sendRequest({
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

process.on('message', async (message: Storm | { readonly stop: true }) => {
  if ('stop' in message) {
    stopping = true
    process.send?.(await running?.catch((error) => ({ error: String(error) })))
    return
  }
  stopping = false
  running = storm(message)
})
process.send?.({})
