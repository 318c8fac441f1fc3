import { DEMO_USERS } from '@signet/contracts/demo-users'
import type { Queue } from '../report.js'
import { type Server, sendRequest } from '../requests.js'

/**
 * Sends more concurrent logins than the queue holds. Queued ones are served in order of arrival, the others get 503 with
 * `Retry-After` at once.
 *
 * @throws on any other response
 */
export async function benchQueue({
  bank,
  room,
  beyond = 20,
}: {
  readonly bank: Server
  readonly room: number
  readonly beyond?: number
}): Promise<Queue> {
  const { username, password } = DEMO_USERS.ada
  const startedAt = performance.now()
  const responses: Array<{ n: number; status: number; retryAfter: string | undefined; ms: number }> = []
  const one = async (n: number) => {
    const { status, headers } = await sendRequest({
      ...bank,
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    responses.push({ n, status, retryAfter: headers['retry-after'], ms: performance.now() - startedAt })
  }
  await Promise.all(Array.from({ length: room + beyond }, (_, n) => one(n)))
  const taken = responses.filter(({ status }) => status === 200)
  const refused = responses.filter(({ status }) => status === 503)
  if (taken.length < room || taken.length + refused.length !== responses.length || refused.length === 0) {
    throw new Error(`unexpected responses to a burst: ${JSON.stringify(responses.map(({ status }) => status))}`)
  }
  if (refused.some(({ retryAfter }) => !(Number(retryAfter) > 0))) throw new Error('a 503 response without Retry-After')
  return {
    sent: responses.length,
    taken: taken.length,
    refused: refused.length,
    takenLastMs: Math.max(...taken.map(({ ms }) => ms)),
    refusedLastMs: Math.max(...refused.map(({ ms }) => ms)),
    order: sharePairsInOrder(taken.map(({ n }) => n)),
  }
}

/** Returns the share of pairs with responses in the order of sending, 0 to 1. */
export function sharePairsInOrder(numbers: readonly number[]): number {
  let kept = 0
  let pairs = 0
  for (const [at, one] of numbers.entries()) {
    for (const other of numbers.slice(at + 1)) {
      pairs += 1
      if (one < other) kept += 1
    }
  }
  return pairs === 0 ? 1 : kept / pairs
}
