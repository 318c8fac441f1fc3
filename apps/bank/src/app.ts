import { type Hasher, issuing, publishing } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'
import { CLIENT_ID } from '@signet/contracts'
import { answers, cookieScopeOf, publicOriginsOf, type SharedStore } from '@signet/service'
import { accounts } from './accounts/routes.js'
import { type BankConfig, bankKeys, restrictedUsers } from './config.js'
import { revocationNotifications } from './issuer/notifications.js'
import { statusListStore } from './issuer/store.js'
import { attemptLimits } from './limits/plugin.js'
import { notices } from './notices/routes.js'
import { outbox } from './outbox/relay.js'
import { passkeys } from './passkeys/plugin.js'
import { passwordChange } from './password-change/routes.js'
import { passwordHashing } from './passwords/plugin.js'
import { recoveryCodes } from './recovery-codes/routes.js'
import { registration } from './register/routes.js'
import { createBankService } from './service.js'
import { sessions } from './sessions/plugin.js'
import { signIn } from './sign-in/plugin.js'
import { standingOrders } from './standing-orders/routes.js'
import { transfers } from './transfers/plugin.js'

/** Assembles the bank; server.ts listens. */
export async function buildBank(config: BankConfig, db: BankDatabase, shared: SharedStore, hasher?: Hasher) {
  const { BANK_URL: bankUrl, RETIREMENT_URL: retirementUrl, ACCESS_TOKEN_TTL: accessTokenTtlSeconds } = config
  const { LOGIN_CONCURRENCY: concurrency, LOGIN_QUEUE: queueLength } = config
  const origins = publicOriginsOf(config)
  const cookieScope = cookieScopeOf(config)
  const { closedUserIds, sharedUserIds } = restrictedUsers(config)
  const keys = bankKeys(config)
  const statusLists = statusListStore(db)
  const app = await createBankService({ config, db, shared, keys, statusLists })
  await app.register(issuing, { keys, issuer: bankUrl, clientId: CLIENT_ID, audiences: origins, accessTokenTtlSeconds })
  await app.register(publishing, { keys, statusLists, answers })
  await app.register(revocationNotifications, { databaseUrl: config.DATABASE_URL, db, statusLists })
  await app.register(passwordHashing, { concurrency, queueLength, hasher })
  await app.register(attemptLimits, { databaseUrl: config.DATABASE_URL, loginsPerMinute: config.LOGIN_RATE_LIMIT })
  await app.register(sessions, {
    db,
    cookieScope,
    bankUrl,
    refreshKeys: config.REFRESH_TOKEN_SECRET,
    sessionTtlSeconds: config.SESSION_TTL,
    sessionIdleTtlSeconds: config.SESSION_IDLE_TTL,
    accessTokenTtlSeconds,
    closedUserIds,
  })
  await app.register(signIn, { db, cookieScope, bankUrl, origins, closedUserIds })
  await app.register(passkeys, { db, cookieScope, bankUrl, origins, closedUserIds, sharedUserIds })
  await app.register(registration, { db, cookieScope, bankUrl, origins, grantsOpeningBalance: config.DEMO !== false })
  await app.register(passwordChange, { db, closedUserIds, sharedUserIds })
  await app.register(recoveryCodes, { db, cookieScope, bankUrl, origins, closedUserIds, sharedUserIds })
  await app.register(notices, { db, bankUrl })
  await app.register(accounts, { db })
  await app.register(outbox, { db, retirementUrl, retirementInternalUrl: config.RETIREMENT_INTERNAL_URL })
  await app.register(transfers, { db, cookieScope, bankUrl, retirementUrl, stepUpLimitMinor: config.STEP_UP_LIMIT })
  await app.register(standingOrders, { db, stepUpLimitMinor: config.STEP_UP_LIMIT, closedUserIds })
  if (config.DEMO) await app.register(import('./demo/demo.js'), { config, db, shared, keys })
  return app
}
