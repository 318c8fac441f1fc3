import { availableParallelism } from 'node:os'

/** Workers of a whole run: one for each core. */
const WORKERS = availableParallelism()

/** Works through `items` in their order, as many at once as there are cores. Rejects when one rejects. */
export async function runInParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: WORKERS }, worker))
}
