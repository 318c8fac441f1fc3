import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import { runRegularly } from '../regular-task.js'
import { sweepChallenges } from './challenge-store.js'

/** Deletes expired challenges and confirmations every five minutes. */
export const sweepChallengesRegularly = (app: App, { db }: { readonly db: BankDatabase }): void =>
  runRegularly(app, {
    everyMs: 300_000,
    failure: 'could not delete expired passkey challenges',
    run: (now) => sweepChallenges(db, now),
  })
