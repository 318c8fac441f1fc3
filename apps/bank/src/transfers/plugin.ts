import type { CookieScope } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { createDrafts } from './draft.js'
import { transferFormRoutes } from './form-routes.js'
import { formSteps } from './form-steps.js'
import { createPost } from './post.js'
import { transferReceiptRoutes } from './receipt-routes.js'
import { transferReviewRoutes } from './review-routes.js'
import { transferRoutes } from './routes.js'
import { sweepKeysRegularly } from './sweep.js'

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
    sweepKeysRegularly(app, { db })
  },
  { name: '@signet/bank-transfers', fastify: '5.x', dependencies: ['@signet/bank-passkeys', '@signet/bank-outbox'] },
)
