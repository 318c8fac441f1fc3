import type { BankDatabase } from '@signet/bank-database'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { createBook } from './book.js'
import { transferPages } from './page-routes.js'
import { transferRoutes } from './routes.js'
import { sweepKeysRegularly } from './sweep.js'

export interface TransfersOptions {
  readonly db: BankDatabase
  readonly bankUrl: string
  readonly retirementUrl: string
  /** Transfers of more than this need a password typed in the last five minutes; 0 = never. */
  readonly stepUpLimitMinor: number
}

/** Moving money: the API, the pages, and the idempotency keys. */
export const transfers = fastifyPlugin(
  async (app: App, { db, bankUrl, retirementUrl, stepUpLimitMinor }: TransfersOptions) => {
    const placing = { db, book: createBook(db), stepUpLimitMinor, onDeposit: app.wakeOutbox }
    await transferRoutes(app, placing)
    await transferPages(app, { placing, bankUrl, retirementUrl })
    sweepKeysRegularly(app, { db })
  },
  { name: '@signet/bank-transfers', fastify: '5.x', dependencies: ['@signet/bank-sign-in', '@signet/bank-outbox'] },
)
