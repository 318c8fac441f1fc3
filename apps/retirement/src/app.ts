import { defineCookie } from '@signet/auth/verifier'
import type { RetirementDatabase } from '@signet/retirement-database'
import { cookieScopeOf, type SharedStore } from '@signet/service'
import { allocation } from './allocation/routes.js'
import type { RetirementConfig } from './config.js'
import { deposits } from './deposits/routes.js'
import { bankKeys } from './keys/bank-keys.js'
import { plan } from './plan/routes.js'
import { findStartingPoint } from './plan/store.js'
import { projection } from './projection/routes.js'
import { createRetirementService } from './service.js'
import { signOut } from './sign-out/routes.js'

/** Assembles retirement without listening; server.ts listens. */
export async function buildRetirement(config: RetirementConfig, db: RetirementDatabase, shared: SharedStore) {
  const { BANK_URL: bankUrl, RETIREMENT_URL: origin, BANK_INTERNAL_URL: bankInternalUrl } = config
  const cookieScope = cookieScopeOf(config)
  const tokenCookie = defineCookie('token', cookieScope)
  const { keys, watch } = bankKeys(config)

  const app = await createRetirementService({ config, db, shared, keys })
  watch(app)
  await app.register(plan, { db, bankUrl, origin })
  await app.register(projection, { startingPoint: (userId) => findStartingPoint(db, userId) })
  await app.register(allocation, { db })
  await app.register(deposits, { db, keys, tokenCookie, bankUrl, origin })
  await app.register(signOut, { bankUrl, bankInternalUrl, origin, tokenCookie, cookieScope })
  if (config.DEMO) await app.register(import('./demo/demo.js'), { config, shared, keys })
  return app
}
