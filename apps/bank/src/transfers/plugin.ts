import { type App, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { BankOptions } from '../options.js'
import { runRegularly } from '../regular-task.js'
import { createDrafts } from './draft.js'
import { transferPages } from './page-routes.js'
import { createPost } from './post.js'
import { PendingSection } from './receipt-page.js'
import { transferRoutes } from './routes.js'
import { KEY_RETENTION_DAYS } from './rules.js'
import { listPending, sweepKeys } from './store.js'

const DAY_MS = 86_400_000

type TransfersOptions = Pick<BankOptions, 'db' | 'cookieScope' | 'bankUrl' | 'retirementUrl' | 'stepUpLimitMinor'>

export const transfers = fastifyPlugin(
  async (app: App, { db, cookieScope, bankUrl, retirementUrl, stepUpLimitMinor }: TransfersOptions) => {
    const requesting = { db, post: createPost({ db, stepUpLimitMinor }), onDeposit: app.wakeOutbox }
    await transferRoutes(app, requesting)
    const drafts = createDrafts(cookieScope)
    transferPages(app, { db, requesting, drafts, stepUpLimitMinor, bankUrl, retirementUrl })
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
    dependencies: ['@signet/bank-accounts', '@signet/bank-passkeys', '@signet/bank-outbox'],
  },
)
