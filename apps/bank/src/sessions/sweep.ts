import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { sweepSessions } from './list.js'

const SWEEP_EVERY_MS = 600_000

/** Forgets sign-ins that are long over, every ten minutes; any number of replicas may do so at once. */
export function sweepRegularly(
  app: App,
  { db, accessTokenTtlSeconds }: { readonly db: BankDatabase; readonly accessTokenTtlSeconds: number },
): void {
  const timer = setInterval(() => {
    sweepSessions(db, accessTokenTtlSeconds).then(
      (count) => app.log.info({ count }, 'swept sign-ins that are over'),
      (error: unknown) => app.log.warn({ err: error }, 'sign-ins could not be swept'),
    )
  }, SWEEP_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
