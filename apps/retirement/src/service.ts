import { httpStatusListSource, type KeySource } from '@signet/auth/verifier'
import { isDatabaseUnavailable, requireReachable } from '@signet/database'
import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, cookieScopeOf, createService, type SharedStore, sessionStrategies } from '@signet/service'
import type { RetirementConfig } from './config.js'

export interface RetirementServiceOptions {
  readonly config: RetirementConfig
  readonly db: RetirementDatabase
  readonly shared: SharedStore
  readonly keys: KeySource
}

/** What retirement has in common with every service, with its own name, navigation and dependencies. */
export function createRetirementService({ config, db, shared, keys }: RetirementServiceOptions): Promise<App> {
  return createService({
    name: 'retirement',
    title: 'Signet Retirement',
    description: 'Keeps retirement plans. It takes the sign-in of Signet Bank and asks nobody about it.',
    config,
    origin: config.RETIREMENT_URL,
    brand: 'retirement',
    navigation: [{ key: 'plan', label: 'Plan', href: '/' }],
    keys,
    sessions: sessionStrategies({
      cookieScope: cookieScopeOf(config),
      shared,
      idleTtlSeconds: config.SESSION_IDLE_TTL,
      inMemory: config.DEMO !== false,
    }),
    statusListSource: (service) =>
      httpStatusListSource(service, { keys, issuer: config.BANK_URL, internalUrl: config.BANK_INTERNAL_URL }),
    dependencies: {
      database: () => requireReachable(db),
      // A user with a token does not need it.
      'session store': () =>
        shared.ping().then(
          () => 'reached',
          () => 'cannot be reached, sessions are not recognised',
        ),
    },
    isUnavailable: isDatabaseUnavailable,
  })
}
