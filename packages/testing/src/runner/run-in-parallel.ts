import { availableParallelism } from 'node:os'

/** One worker for each core, and one more, because tests wait for processes and timers a quarter of their time. */
const WORKERS = availableParallelism() + 1

/** Processes `items` in order, with all workers, until the signal aborts. Rejects when one rejects. */
export async function runInParallel<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined && !signal.aborted; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
}
