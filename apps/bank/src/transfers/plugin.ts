import type { CookieScope } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { runRegularly } from '../regular-task.js'
import { createDrafts } from './draft.js'
import { transferFormRoutes } from './form-routes.js'
import { formSteps } from './form-steps.js'
import { PendingSection } from './pending-section.js'
import { createPost } from './post.js'
import { transferReceiptRoutes } from './receipt-routes.js'
import { transferReviewRoutes } from './review-routes.js'
import { transferRoutes } from './routes.js'
import { KEY_RETENTION_DAYS } from './rules.js'
import { listPending, sweepKeys } from './store.js'

const DAY_MS = 86_400_000

export interface TransfersOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
  readonly bankUrl: string
  readonly retirementUrl: string
  /** Minor units that a customer may send within an hour without a password of the last five minutes; 0 = no limit. */
  readonly stepUpLimitMinor: number
}

/** Registers the API and the pages of transfers, and deletes expired idempotency keys. */
export const transfers = fastifyPlugin(
  async (app: App, { db, cookieScope, bankUrl, retirementUrl, stepUpLimitMinor }: TransfersOptions) => {
    const requesting = { db, post: createPost({ db, stepUpLimitMinor }), onDeposit: app.wakeOutbox }
    await transferRoutes(app, requesting)
    const drafts = createDrafts(cookieScope)
    const pages = { db, requesting, drafts, stepUpLimitMinor, bankUrl, retirementUrl }
    const steps = formSteps(pages)
    await transferFormRoutes(app, pages, steps)
    await transferReviewRoutes(app, pages, steps)
    await transferReceiptRoutes(app, pages, steps)
    app.homeSections.push(async (request) => PendingSection({ pending: await listPending(db, signedIn(request).id) }))
    runRegularly(app, {
      everyMs: 3_600_000,
      failure: 'could not delete expired idempotency keys',
      run: async (now) => {
        const count = await sweepKeys(db, new Date(now.getTime() - KEY_RETENTION_DAYS * DAY_MS))
        app.log.info({ count }, 'deleted expired idempotency keys')
      },
    })
  },
  {
    name: '@signet/bank-transfers',
    fastify: '5.x',
    dependencies: ['@signet/bank-accounts', '@signet/bank-passkeys', '@signet/bank-outbox'],
  },
)
