import { availableParallelism } from 'node:os'

/** One worker for each core. */
const WORKERS = availableParallelism()

/** Processes `items` in order, with one worker for each core. Rejects when one rejects. */
export async function runInParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
}
