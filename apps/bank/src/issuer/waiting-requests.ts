import { STATUS_LIST_POLL_SECONDS } from '@signet/auth/issuer'
import type { Hold, StatusListVersion } from '@signet/auth/verifier'

type Response = StatusListVersion | 'unchanged' | null

interface WaitingRequest {
  readonly etag: string | undefined
  respond(response: Response): void
  reject(error: unknown): void
}

/**
 * The requests that wait for their status list to change: each costs one timer.
 *
 * @param poll called every second while requests wait, so that a lost notification delays them no longer.
 */
export function createWaitingRequests(poll: () => void) {
  const requestsOf = new Map<string, Set<WaitingRequest>>()
  let polling: NodeJS.Timeout | undefined

  function add(id: string, request: WaitingRequest): void {
    const requests = requestsOf.get(id) ?? new Set()
    requestsOf.set(id, requests.add(request))
    polling ??= setInterval(poll, STATUS_LIST_POLL_SECONDS * 1000).unref()
  }

  function remove(id: string, request: WaitingRequest): void {
    const requests = requestsOf.get(id)
    requests?.delete(request)
    if (requests?.size === 0) requestsOf.delete(id)
    if (requestsOf.size > 0) return
    clearInterval(polling)
    polling = undefined
  }

  return {
    ids: () => requestsOf.keys(),
    /** Resolves with a version that has another etag, or `unchanged` when the time is over or the signal is aborted. */
    wait: (id: string, etag: string | undefined, { seconds, signal }: Hold): Promise<Response> =>
      new Promise((resolve, reject) => {
        const over = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          remove(id, request)
        }
        const request: WaitingRequest = {
          etag,
          respond: (response) => {
            over()
            resolve(response)
          },
          reject: (error) => {
            over()
            reject(error)
          },
        }
        const end = () => request.respond('unchanged')
        const timer = setTimeout(end, seconds * 1000).unref()
        add(id, request)
        signal.addEventListener('abort', end)
        if (signal.aborted) end()
      }),
    /** Responds to the requests that have another version. */
    respond: (id: string, version: StatusListVersion | null): void => {
      for (const request of [...(requestsOf.get(id) ?? [])])
        if (request.etag !== version?.etag) request.respond(version)
    },
    reject: (id: string, error: unknown): void => {
      for (const request of [...(requestsOf.get(id) ?? [])]) request.reject(error)
    },
  }
}
