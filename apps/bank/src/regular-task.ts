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
