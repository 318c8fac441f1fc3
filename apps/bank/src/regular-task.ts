import type { FastifyInstance } from 'fastify'

export interface RegularTask {
  readonly everyMs: number
  /** What the log says when it fails: `could not …`. */
  readonly failure: string
  run(now: Date): Promise<unknown>
}

/** Runs a task regularly until the service closes. Replicas run it too, perhaps concurrently. */
export function runRegularly(app: FastifyInstance, { everyMs, failure, run }: RegularTask): void {
  const timer = setInterval(() => {
    run(new Date()).catch((error: unknown) => app.log.warn({ err: error }, failure))
  }, everyMs)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
