import { DEMO_PEOPLE } from '@signet/contracts'
import { ask } from '../requests.mjs'

/**
 * More sign-ins at once than there is room for. Those that wait are answered in the order in which they came, the others
 * at once with 503 and `Retry-After`.
 *
 * @throws when one is answered otherwise: that is no matter of speed.
 */
export async function benchQueue({ bank, room, beyond = 20 }) {
  const { username, password } = DEMO_PEOPLE.ada
  const startedAt = performance.now()
  const answers = []
  const one = async (n) => {
    const { status, headers } = await ask({
      ...bank,
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    answers.push({ n, status, retryAfter: headers['retry-after'], ms: performance.now() - startedAt })
  }
  await Promise.all(Array.from({ length: room + beyond }, (_, n) => one(n)))
  const taken = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status === 503)
  if (taken.length < room || taken.length + refused.length !== answers.length || refused.length === 0) {
    throw new Error(`a burst was answered ${JSON.stringify(answers.map(({ status }) => status))}`)
  }
  if (refused.some(({ retryAfter }) => !(Number(retryAfter) > 0))) throw new Error('a 503 without Retry-After')
  return {
    sent: answers.length,
    taken: taken.length,
    refused: refused.length,
    takenLastMs: Math.max(...taken.map(({ ms }) => ms)),
    refusedLastMs: Math.max(...refused.map(({ ms }) => ms)),
    order: orderliness(taken.map(({ n }) => n)),
  }
}

/** How much of an order is kept: the share of pairs that were answered in the order in which they were sent, 0 to 1. */
export function orderliness(numbers) {
  let kept = 0
  let pairs = 0
  for (let one = 0; one < numbers.length; one += 1) {
    for (let other = one + 1; other < numbers.length; other += 1) {
      pairs += 1
      if (numbers[one] < numbers[other]) kept += 1
    }
  }
  return pairs === 0 ? 1 : kept / pairs
}
