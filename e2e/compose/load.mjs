// Continuous requests of one user: pages, API and transfers.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

/** The pages and API calls of one round, which ends with a transfer. */
const ROUND = [
  ['bank', '/api/me'],
  ['retirement', '/api/me'],
  ['bank', '/'],
  ['retirement', '/'],
  ['bank', '/api/accounts'],
  ['retirement', '/api/plan'],
  ['bank', '/transfer'],
  ['retirement', '/api/me'],
  ['bank', '/api/me'],
]

/** Attempts of one transfer. */
const ATTEMPTS = 5

/**
 * Sends requests as a new user until `stop`, and records every failure. `moved` counts successful transfers of one cent each,
 * and `balance` is the account's final balance.
 */
export async function startLoad(door, everyMs = 20) {
  const { cookie } = await door.signUp()
  const headers = { cookie }
  const failures = []
  const instances = new Map()
  let asked = 0
  let moved = 0
  let repeated = 0
  let running = true

  const accounts = async () => (await door.ask('bank', 'GET', '/api/accounts', { headers })).body.data
  const [checking, savings] = await accounts()

  /** Sends a request. Returns a description of an unexpected response, or undefined. */
  async function problem(name, method, path, expected, options) {
    try {
      const { status, body } = await door.ask(name, method, path, options)
      if (status !== expected) return `${name} ${method} ${path}: ${status} ${body?.code ?? ''}`
      if (body.data?.instance) instances.set(body.data.instance, (instances.get(body.data.instance) ?? 0) + 1)
    } catch (error) {
      return `${name} ${method} ${path}: ${error.message}`
    }
  }

  async function view(name, path) {
    asked += 1
    const wrong = await problem(name, 'GET', path, 200, { headers })
    if (wrong) failures.push(wrong)
  }

  /** Retries with the same idempotency key: the front door never repeats a request that may have arrived. */
  async function transfer() {
    asked += 1
    const options = {
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: { from: checking.id, to: savings.id, amount: 1, memo: 'load' },
    }
    let wrong
    for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
      wrong = await problem('bank', 'POST', '/api/transfers', 201, options)
      if (!wrong) {
        moved += 1
        return
      }
      repeated += 1
      await wait(100)
    }
    failures.push(wrong)
  }

  const loop = async () => {
    const waiting = new Set()
    for (let turn = 0; running; turn += 1) {
      const next = ROUND[turn % (ROUND.length + 1)]
      const work = next ? view(...next) : transfer()
      const kept = work.finally(() => waiting.delete(kept))
      waiting.add(kept)
      await wait(everyMs)
    }
    await Promise.all(waiting)
  }
  const ended = loop()
  return {
    instances,
    /** Waits until this many more requests were sent. */
    requests: async (count) => {
      const enough = asked + count
      while (asked < enough) await wait(everyMs)
    },
    stop: async () => {
      running = false
      await ended
      const [, { balance }] = await accounts()
      const renewed = await door.ask('bank', 'POST', '/api/token/refresh', { headers })
      return { asked, failures, instances, moved, repeated, balance, stillSignedIn: renewed.status === 200 }
    },
  }
}
