import { type App, signedIn } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { runRegularly } from '../regular-task.js'
import { UpcomingSection } from './page.js'
import { payDueOrders } from './pay.js'
import { type StandingOrdersOptions, standingOrderRoutes } from './routes.js'
import { listOrders } from './store.js'

/** Registers the pages of standing orders, and pays those that are due. */
export const standingOrders = fastifyPlugin(
  async (app: App, options: StandingOrdersOptions) => {
    const { db, closedUserIds } = options
    app.homeSections.push(async (request) => UpcomingSection({ orders: await listOrders(db, signedIn(request).id) }))
    await standingOrderRoutes(app, options)
    runRegularly(app, {
      everyMs: 10_000,
      failure: 'could not read the due standing orders',
      run: (now) => payDueOrders({ db, closedUserIds, log: app.log, onDeposit: app.wakeOutbox }, now),
    })
  },
  { name: '@signet/bank-standing-orders', fastify: '5.x', dependencies: ['@signet/bank-transfers'] },
)
