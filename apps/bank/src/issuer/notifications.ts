import type { OwnStatusLists } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'
import { type Listener, type ListenState, listen } from '@signet/database'
import { type App, addGauge } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the database's notifications of sign-outs arrive. */
    revocationNotifications(): ListenState
    /** What to call for notifications of other channels of the database, and after each connect. Fill it before the service is ready. */
    readonly databaseChannels: Map<string, () => void>
  }
}

export interface RevocationNotificationsOptions {
  readonly databaseUrl: string
  readonly db: BankDatabase
  readonly statusLists: OwnStatusLists
}

/** The trigger on `sessions` notifies here, in the transaction that revokes. */
const CHANNEL = 'signet_sessions_ended'

/** Hears of the sign-outs at every bank process, and has the status lists read. */
export const revocationNotifications = fastifyPlugin(
  async (app: App, { databaseUrl, db, statusLists }: RevocationNotificationsOptions) => {
    let listener: Listener | undefined
    const state = () => listener?.state() ?? 'disconnected'
    const channels = new Map<string, () => void>()
    app.decorate('revocationNotifications', state)
    app.decorate('databaseChannels', channels)
    app.addHook('onReady', async () => {
      listener = listen({
        url: databaseUrl,
        channels: { [CHANNEL]: statusLists.readSoon, ...Object.fromEntries(channels) },
        notify: (channel, payload) => db.$executeRaw`SELECT pg_notify(${channel}, ${payload})`,
        onChange: (now) => {
          if (now === 'listening') app.log.info('notifications of sign-outs arrive')
          else app.log.warn({ notifications: now }, 'notifications of sign-outs do not arrive, the database is polled')
        },
      })
    })
    app.addHook('onClose', () => listener?.close())
    const help = '1 while notifications of sign-outs arrive from the database, 0 while it is polled every second'
    addGauge(app.metrics, 'revocation_notifications_arriving', help, () => Number(state() === 'listening'))
  },
  { name: '@signet/bank-revocation-notifications', dependencies: ['@signet/metrics'] },
)
