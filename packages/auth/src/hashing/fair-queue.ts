import { unavailable } from './hasher.js'

export interface QueueOptions {
  /** Whose job it is: an address, a user. Clients take turns, whoever sent how many. Default: one client for all. */
  readonly client?: string
  /** Aborted when the client has disconnected: a job that has not begun by then leaves the queue. */
  readonly signal?: AbortSignal
}

export interface FairQueue {
  /**
   * Runs a job in its client's turn. Throws {AuthError} `unavailable` when there is no place, also later, to a client that
   * holds more places than one that has come since; and the reason of a signal that was aborted before its turn.
   */
  run<T>(job: () => Promise<T>, options?: QueueOptions): Promise<T>
  /** Jobs under way and waiting. */
  size(): number
  refused(): number
}

interface Waiting {
  start(): void
  refuse(): void
}

/**
 * A bounded queue that no client can fill for the others. Where all places are taken, the client that holds most of them
 * loses the last one it waits in to a client that holds fewer.
 */
export function createFairQueue({ atOnce, places }: { readonly atOnce: number; readonly places: number }): FairQueue {
  // In the order of their turns.
  const waiting = new Map<string, Waiting[]>()
  // Jobs under way are among them.
  const held = new Map<string, number>()
  let size = 0
  let running = 0
  let refused = 0

  const heldBy = (client: string): number => held.get(client) ?? 0
  const count = (client: string, change: 1 | -1): void => {
    size += change
    held.set(client, heldBy(client) + change)
    if (heldBy(client) === 0) held.delete(client)
  }

  /** Takes a job out of the line. */
  function take(client: string, entry: Waiting): void {
    const own = (waiting.get(client) ?? []).filter((one) => one !== entry)
    waiting.delete(client)
    // At the end: the next turn is another client's.
    if (own.length > 0) waiting.set(client, own)
  }

  function startNext(): void {
    for (const [client, [next]] of waiting) {
      if (running >= atOnce || !next) return
      take(client, next)
      running += 1
      next.start()
      return
    }
  }

  /** Whether there is a place for one more job of this client, if need be another client's. */
  function makeRoom(client: string): boolean {
    if (size < places) return true
    const [most = ''] = [...waiting.keys()].sort((one, other) => heldBy(other) - heldBy(one))
    const last = waiting.get(most)?.at(-1)
    if (!last || heldBy(most) <= heldBy(client) + 1) return false
    last.refuse()
    return true
  }

  return {
    run: (job, { client = '', signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        const refuse = () => {
          refused += 1
          reject(unavailable('password queue is full'))
        }
        if (!makeRoom(client)) return refuse()
        const leave = () => {
          take(client, entry)
          count(client, -1)
        }
        const aborted = () => {
          leave()
          reject(signal?.reason)
        }
        const entry: Waiting = {
          start: () => {
            signal?.removeEventListener('abort', aborted)
            const run = async () => job()
            run()
              .finally(() => {
                running -= 1
                count(client, -1)
                startNext()
              })
              .then(resolve, reject)
          },
          refuse: () => {
            signal?.removeEventListener('abort', aborted)
            leave()
            refuse()
          },
        }
        signal?.addEventListener('abort', aborted, { once: true })
        const own = waiting.get(client)
        if (own) own.push(entry)
        else waiting.set(client, [entry])
        count(client, 1)
        startNext()
      }),
    size: () => size,
    refused: () => refused,
  }
}
