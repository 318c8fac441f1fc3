import type { KeyRing, StatusListSource } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { isDatabaseUnavailable, type ListenState, requireReachable } from '@signet/database'
import { type App, createService, type SharedStore } from '@signet/service'
import type { BankConfig } from './config.js'
import { touchSession } from './sessions/store.js'

/** Without notifications a sign-out propagates up to a second later, so the bank stays ready in each of these states. */
const NOTIFICATION_STATES: Readonly<Record<ListenState, string>> = {
  listening: 'arrive',
  undelivered: 'do not arrive, the database is polled every second: is there a transaction pooler before it?',
  disconnected: 'are being connected, the database is polled every second',
}

export interface BankServiceOptions {
  readonly config: BankConfig
  readonly db: BankDatabase
  readonly shared: SharedStore
  readonly keys: KeyRing
  /** The bank is the issuer: it reads the status lists from its own database. */
  readonly statusLists: StatusListSource
}

export async function createBankService({ config, db, shared, keys, statusLists }: BankServiceOptions): Promise<App> {
  const app = await createService({
    name: 'bank',
    title: 'Signet Bank',
    description: 'Signs users in for every app of the company, and manages their accounts.',
    config,
    origin: config.BANK_URL,
    internalUrl: config.BANK_INTERNAL_URL,
    brand: 'bank',
    navigation: [
      { key: 'accounts', label: 'Accounts', href: '/' },
      { key: 'transfer', label: 'Transfer', href: '/transfer' },
      { key: 'security', label: 'Security', href: '/security' },
    ],
    keys,
    shared,
    onSeen: (sid) => {
      touchSession(db, sid).catch((error: unknown) =>
        app.log.warn({ err: error }, 'could not update the last use of a session'),
      )
    },
    renewInPlace: (request, reply) => app.userSessions.renew(request, reply),
    statusListSource: statusLists,
    dependencies: {
      database: () => requireReachable(db),
      'sign-out notifications': async () => NOTIFICATION_STATES[app.revocationNotifications()],
    },
    isUnavailable: isDatabaseUnavailable,
  })
  return app
}
