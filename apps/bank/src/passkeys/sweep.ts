import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { sweepChallenges } from './challenge-store.js'

const SWEEP_EVERY_MS = 300_000

/** Deletes expired challenges and confirmations every five minutes. Replicas may do so concurrently. */
export function sweepChallengesRegularly(app: App, { db }: { readonly db: BankDatabase }): void {
  const timer = setInterval(() => {
    sweepChallenges(db, new Date()).catch((error: unknown) =>
      app.log.warn({ err: error }, 'could not delete expired passkey challenges'),
    )
  }, SWEEP_EVERY_MS)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
