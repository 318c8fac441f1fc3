// Continuous requests of one user: pages, API and transfers.
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Me } from '../processes/requests.js'
import type { ServiceName } from '../processes/services.js'
import type { AskOptions, FrontDoor } from './front-door.js'

/** Everything that a run of `startLoad` counted. */
export interface LoadResult {
  readonly asked: number
  /** A description of each request that failed. */
  readonly failures: readonly string[]
  /** Responses of each replica. */
  readonly instances: ReadonlyMap<string, number>
  /** Successful transfers of one cent each. */
  readonly moved: number
  /** A description of each attempt of a transfer that failed and was repeated. */
  readonly repeated: readonly string[]
  /** Final balance of the account that receives them. */
  readonly balance: number
  readonly stillSignedIn: boolean
}

export interface Load {
  readonly instances: ReadonlyMap<string, number>
  /** Waits until this many more requests were sent. */
  requests(count: number): Promise<void>
  stop(): Promise<LoadResult>
}

interface Account {
  readonly id: string
  readonly balance: number
}

/** The pages and API calls of one round, which ends with a transfer. */
const ROUND: readonly (readonly [ServiceName, string])[] = [
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
 * Sends requests as a new user until `stop`, and records every failure.
 */
export async function startLoad(door: FrontDoor, everyMs = 20): Promise<Load> {
  const { cookie } = await door.signUp()
  const headers = { cookie }
  const failures: string[] = []
  const instances = new Map<string, number>()
  let asked = 0
  let moved = 0
  const repeated: string[] = []
  let running = true

  const accounts = async () => {
    const { body } = await door.ask<readonly [Account, Account]>('bank', 'GET', '/api/accounts', { headers })
    return body.data
  }
  const [checking, savings] = await accounts()

  /** Sends a request. Returns a description of an unexpected response, or undefined. */
  async function problem(name: ServiceName, method: string, path: string, expected: number, options: AskOptions) {
    try {
      const { status, body } = await door.ask<Partial<Me> | undefined>(name, method, path, options)
      if (status !== expected) return `${name} ${method} ${path}: ${status} ${body.code ?? ''}`
      const instance = body.data?.instance
      if (instance) instances.set(instance, (instances.get(instance) ?? 0) + 1)
    } catch (error) {
      return `${name} ${method} ${path}: ${error instanceof Error ? error.message : error}`
    }
    return undefined
  }

  async function view(name: ServiceName, path: string) {
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
    let wrong: string | undefined
    for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
      wrong = await problem('bank', 'POST', '/api/transfers', 201, options)
      if (!wrong) {
        moved += 1
        return
      }
      repeated.push(wrong)
      await wait(100)
    }
    if (wrong) failures.push(wrong)
  }

  const loop = async () => {
    const waiting = new Set<Promise<void>>()
    for (let turn = 0; running; turn += 1) {
      const next = ROUND[turn % (ROUND.length + 1)]
      const work = next ? view(...next) : transfer()
      const kept: Promise<void> = work.finally(() => waiting.delete(kept))
      waiting.add(kept)
      await wait(everyMs)
    }
    await Promise.all(waiting)
  }
  const ended = loop()
  return {
    instances,
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
