import type { FastifyInstance } from 'fastify'

export interface RegularTask {
  readonly everyMs: number
  /** What the log says when it fails: `could not …`. */
  readonly failure: string
  run(now: Date): Promise<unknown>
}

/**
 * Runs a task regularly until the service closes. A slow run delays the next one: runs of one process never overlap. Replicas run
 * it too, perhaps concurrently.
 */
export function runRegularly(app: FastifyInstance, { everyMs, failure, run }: RegularTask): void {
  let isRunning = false
  const timer = setInterval(async () => {
    if (isRunning) return
    isRunning = true
    await run(new Date()).catch((error: unknown) => app.log.warn({ err: error }, failure))
    isRunning = false
  }, everyMs)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}

/**
 * Returns a function that runs a task, one run at a time. However often it is called during a run, one more run begins after it. It
 * resolves when no run is left.
 */
export function onDemand(app: FastifyInstance, failure: string, run: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isStale = false
  async function runAll(): Promise<void> {
    while (isStale) {
      isStale = false
      await run().catch((error: unknown) => app.log.warn({ err: error }, failure))
    }
    running = undefined
  }
  return () => {
    isStale = true
    running ??= runAll()
    return running
  }
}
