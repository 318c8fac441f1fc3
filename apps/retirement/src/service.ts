import { httpStatusListSource, type KeySource } from '@signet/auth/verifier'
import { isDatabaseUnavailable, requireReachable } from '@signet/database'
import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, createService, type SharedStore } from '@signet/service'
import type { RetirementConfig } from './config.js'

export interface RetirementServiceOptions {
  readonly config: RetirementConfig
  readonly db: RetirementDatabase
  readonly shared: SharedStore
  readonly keys: KeySource
}

export function createRetirementService({ config, db, shared, keys }: RetirementServiceOptions): Promise<App> {
  return createService({
    name: 'retirement',
    title: 'Signet Retirement',
    description: 'Manages retirement plans. It verifies the tokens of Signet Bank without calling it.',
    config,
    origin: config.RETIREMENT_URL,
    internalUrl: config.RETIREMENT_INTERNAL_URL,
    brand: 'retirement',
    navigation: [{ key: 'plan', label: 'Plan', href: '/' }],
    keys,
    shared,
    statusListSource: httpStatusListSource({ keys, issuer: config.BANK_URL, internalUrl: config.BANK_INTERNAL_URL }),
    dependencies: { database: () => requireReachable(db) },
    isUnavailable: isDatabaseUnavailable,
  })
}
