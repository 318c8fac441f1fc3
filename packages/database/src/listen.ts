import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { CONNECT_LIMIT_MILLISECONDS } from './client.js'
import { connectionSettings } from './pool.js'

/**
 * `listening`: the latest test notification arrived. `undelivered`: it did not, for example behind a transaction pooler.
 * `disconnected`: there is no connection.
 */
export type ListenState = 'listening' | 'undelivered' | 'disconnected'

export interface ListenOptions {
  readonly url: string
  /** What to call for each notification of a channel, and after each connect, because some may have been lost. */
  readonly channels: Readonly<Record<string, () => void>>
  /** Sends a notification over another connection, in the same way as the real ones. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>
  readonly onChange?: (state: ListenState) => void
}

export interface Listener {
  state(): ListenState
  close(): Promise<void>
}

/** Time limit for a test notification. */
const TEST_LIMIT_MS = 2_000
/** Interval of the tests: a connection can be lost without an error. */
const TEST_EVERY_MS = 20_000
const RECONNECT_MS = 1_000
const TEST_PREFIX = 'test:'

/**
 * Listens for notifications of some channels on its own connection (PostgreSQL's `LISTEN`), reconnects when it is lost, and tests regularly
 * that notifications arrive.
 *
 * Does *not* pass payloads on: notifications may be merged or lost, so the caller must read what has changed.
 */
export function listen({ url, channels, notify, onChange }: ListenOptions): Listener {
  const names = Object.keys(channels)
  const [tested = ''] = names
  const closing = new AbortController()
  let state: ListenState = 'disconnected'

  function become(next: ListenState): void {
    if (next === state) return
    state = next
    onChange?.(next)
  }

  /** Resolves when the connection is lost or a test notification does not arrive. */
  async function listenOnce(): Promise<void> {
    const client = new pg.Client({
      ...connectionSettings(url),
      connectionTimeoutMillis: CONNECT_LIMIT_MILLISECONDS,
      query_timeout: TEST_LIMIT_MS,
      keepAlive: true,
    })
    const lost = new AbortController()
    const arrivals = new Map<string, () => void>()
    client.on('error', () => lost.abort())
    client.on('end', () => lost.abort())
    client.on('notification', ({ channel, payload = '' }) => {
      if (payload.startsWith(TEST_PREFIX)) arrivals.get(payload)?.()
      else channels[channel]?.()
    })
    const over = AbortSignal.any([lost.signal, closing.signal])
    try {
      await client.connect()
      for (const channel of names) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      while (!over.aborted) {
        const delivered = await isDelivered(arrivals)
        if (over.aborted) return
        become(delivered ? 'listening' : 'undelivered')
        if (!delivered) return
        for (const onNotification of Object.values(channels)) onNotification()
        await wait(TEST_EVERY_MS, undefined, { ref: false, signal: over })
      }
    } finally {
      client.end().catch(() => {})
    }
  }

  async function isDelivered(arrivals: Map<string, () => void>): Promise<boolean> {
    const payload = TEST_PREFIX + randomUUID()
    const arrived = new Promise<true>((resolve) => arrivals.set(payload, () => resolve(true)))
    try {
      await notify(tested, payload)
      return (await Promise.race([arrived, wait(TEST_LIMIT_MS, false, { ref: false })])) === true
    } finally {
      arrivals.delete(payload)
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await listenOnce().catch(() => {})
      if (closing.signal.aborted) return
      // Without delivery, waits longer before the next attempt: a pooler stays a pooler.
      const undelivered = state === 'undelivered'
      if (!undelivered) become('disconnected')
      await wait(undelivered ? TEST_EVERY_MS : RECONNECT_MS, undefined, { ref: false, signal: closing.signal }).catch(
        () => {},
      )
    }
  }

  const running = run()
  return {
    state: () => state,
    close: () => {
      closing.abort()
      return running
    },
  }
}
