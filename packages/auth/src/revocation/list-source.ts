import type { Hold, StatusListSource } from './follow.js'
import type { StatusListVersion } from './status-list.js'
import { STATUS_LIST_POLL_SECONDS } from './status-token.js'

/** A request that waits for its list to change. */
interface WaitingRequest {
  /** Responds unless the request has this version. */
  offer(version: StatusListVersion | null): void
  reject(error: unknown): void
}

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
  const waiting = new Map<string, Set<WaitingRequest>>()
  let polling: NodeJS.Timeout | undefined

  function readSoon(): void {
    for (const [id, requests] of waiting) {
      newest(id).then(
        (version) => {
          for (const request of requests) request.offer(version)
        },
        (error: unknown) => {
          for (const request of requests) request.reject(error)
        },
      )
    }
  }

  function add(id: string, request: WaitingRequest): void {
    const requests = waiting.get(id) ?? new Set()
    waiting.set(id, requests.add(request))
    polling ??= setInterval(readSoon, STATUS_LIST_POLL_SECONDS * 1000).unref()
  }

  function remove(id: string, request: WaitingRequest): void {
    const requests = waiting.get(id)
    requests?.delete(request)
    if (requests?.size === 0) waiting.delete(id)
    if (waiting.size > 0) return
    clearInterval(polling)
    polling = undefined
  }

  /** Resolves with another version, or `unchanged` when the time is over or the signal is aborted. */
  const change = (id: string, etag: string, { seconds, signal }: Hold) =>
    new Promise<StatusListVersion | 'unchanged' | null>((resolve, reject) => {
      const over = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        remove(id, request)
      }
      const settle = (version: StatusListVersion | 'unchanged' | null) => {
        over()
        resolve(version)
      }
      const request: WaitingRequest = {
        offer: (version) => {
          if (version?.etag !== etag) settle(version)
        },
        reject: (error) => {
          over()
          reject(error)
        },
      }
      const end = () => settle('unchanged')
      const timer = setTimeout(end, seconds * 1000).unref()
      add(id, request)
      signal.addEventListener('abort', end)
      if (signal.aborted) end()
      // It waits already, so no change after this reading is missed.
      else newest(id).then(request.offer, request.reject)
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
