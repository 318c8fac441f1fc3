import { EventEmitter } from 'node:events'
import type { Hold, StatusListSource } from './follow.js'
import type { StatusListVersion } from './status-list.js'
import { STATUS_LIST_POLL_SECONDS } from './status-token.js'

/** The issuer's own source of its lists. */
export interface OwnStatusLists extends StatusListSource {
  /** Reads the lists that requests wait for. Call it after a transaction that revoked sessions was committed. */
  readSoon(): void
}

/**
 * Returns the source of lists that the issuer reads from its own store, for `publishing` and for its own `followStatusLists`. A
 * request that waits for a change costs one timer. While requests wait, their lists are read every second, so that a lost
 * notification delays them no longer.
 *
 * @param newest reads the newest version of a list with everything that was committed before the call; null without sessions
 */
export function statusListSource(newest: (id: string) => Promise<StatusListVersion | null>): OwnStatusLists {
  /** Emits each reading of a list, or its error, to the requests that wait for the list's id. */
  const readings = new EventEmitter().setMaxListeners(0)
  let polling: NodeJS.Timeout | undefined

  const read = (id: string, take: (version: StatusListVersion | null, error?: unknown) => unknown) =>
    newest(id).then(take, (error: unknown) => take(null, error))

  function readSoon(): void {
    for (const id of readings.eventNames()) read(String(id), (...reading) => readings.emit(id, ...reading))
  }

  /** Resolves with another version, or `unchanged` when the time is over or the signal is aborted. */
  const change = (id: string, etag: string, { seconds, signal }: Hold) =>
    new Promise<StatusListVersion | 'unchanged' | null>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        readings.off(id, take)
        if (readings.eventNames().length > 0) return
        clearInterval(polling)
        polling = undefined
      }
      const take = (version: StatusListVersion | null, error?: unknown) => {
        if (error === undefined && version?.etag === etag) return
        stop()
        if (error === undefined) resolve(version)
        else reject(error)
      }
      const end = () => {
        stop()
        resolve('unchanged')
      }
      const timer = setTimeout(end, seconds * 1000).unref()
      readings.on(id, take)
      polling ??= setInterval(readSoon, STATUS_LIST_POLL_SECONDS * 1000).unref()
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
      // It waits already, so no change after this reading is missed.
      else void read(id, take)
    })

  return {
    readSoon,
    fetch: async (id, etag, hold) => {
      if (hold && etag !== undefined) return change(id, etag, hold)
      const version = await newest(id)
      return version !== null && version.etag === etag ? 'unchanged' : version
    },
  }
}
