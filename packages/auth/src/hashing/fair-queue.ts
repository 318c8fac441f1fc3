import { unavailable } from './hasher.js'

export interface QueueOptions {
  /** The client of the job, such as an address or a user. Clients take turns, regardless of their numbers of jobs. Default: one client. */
  readonly client?: string
  /** Aborts when the client disconnects. A job that has not started then leaves the queue. */
  readonly signal?: AbortSignal
}

export interface FairQueue {
  /**
   * Runs a job in its client's turn. Rejects with {@link AuthError} `unavailable` when the queue is full. A waiting job can also be
   * rejected, if its client holds more places than one that arrives later. Rejects with the reason of a signal that aborts before
   * the job starts.
   */
  run<T>(job: () => Promise<T>, options?: QueueOptions): Promise<T>
  /** Running and waiting jobs. */
  size(): number
  refused(): number
}

interface Waiting {
  start(): void
  refuse(): void
}

/**
 * Creates a bounded queue that no client can fill for the others. When it is full, the client with the most places loses its last
 * waiting one to a client with fewer.
 */
export function createFairQueue({ atOnce, places }: { readonly atOnce: number; readonly places: number }): FairQueue {
  // Clients in the order of their turns.
  const waiting = new Map<string, Waiting[]>()
  // Includes running jobs.
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

  /** Removes a job from the waiting ones. */
  function take(client: string, entry: Waiting): void {
    const own = (waiting.get(client) ?? []).filter((one) => one !== entry)
    waiting.delete(client)
    // Appended at the end, so that the next turn is another client's.
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

  /** Returns whether there is a place for one more job of this client, if necessary taken from another client. */
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
