import { createPasswords, issuing } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'
import { CLIENT_ID } from '@signet/contracts'
import { isDatabaseUnavailable, requireReachable } from '@signet/database'
import {
  type App,
  cookieDomainOf,
  createFrame,
  createService,
  type SharedStore,
  sessionStrategies,
  tourOf,
} from '@signet/service'
import { accountRoutes } from './accounts/routes.js'
import { compareRoutes } from './compare/routes.js'
import { type BankConfig, bankKeys } from './config.js'
import { issuerRoutes } from './issuer/routes.js'
import { statusListStore } from './issuer/store.js'
import { labRoutes } from './labs/routes.js'
import { createAttempts } from './limits/attempts.js'
import { operationsRoutes } from './operations/routes.js'
import { outboxMetrics } from './outbox/metrics.js'
import { startRelay } from './outbox/relay.js'
import { registerRoutes } from './register/routes.js'
import { signInCookies } from './sessions/cookies.js'
import { renewSession } from './sessions/renew.js'
import { sessionRoutes } from './sessions/routes.js'
import { securityRoutes } from './sessions/security-routes.js'
import { touchSession } from './sessions/store.js'
import { sweepRegularly } from './sessions/sweep.js'
import { passwordMetrics, showSignInMetrics, signInMetrics } from './sign-in/metrics.js'
import { reauthenticateRoutes } from './sign-in/reauthenticate.js'
import { signInRoutes } from './sign-in/routes.js'
import { tourRoutes } from './tour/routes.js'
import { createBook } from './transfers/book.js'
import { transferPages } from './transfers/page-routes.js'
import { transferRoutes } from './transfers/routes.js'
import { sweepKeysRegularly } from './transfers/sweep.js'

/** Puts the bank together. It listens nowhere yet: see server.ts. */
export async function buildBank(config: BankConfig, db: BankDatabase, shared: SharedStore): Promise<App> {
  const https = config.BANK_URL.startsWith('https:')
  const cookieScope = { domain: cookieDomainOf(config), secure: https }
  const cookies = signInCookies(cookieScope)
  const origins = [config.BANK_URL, config.RETIREMENT_URL]
  const frame = createFrame({
    brand: 'bank',
    bankUrl: config.BANK_URL,
    siblingUrl: config.RETIREMENT_URL,
    nav: [
      { key: 'accounts', label: 'Accounts', href: '/' },
      { key: 'transfer', label: 'Transfer', href: '/transfer' },
      { key: 'security', label: 'Security', href: '/security' },
      ...(config.DEMO ? [{ key: 'token', label: 'Token', href: '/token' }] : []),
    ],
    labs: config.DEMO
      ? [
          { label: 'Take the tour', href: '/tour' },
          { label: 'A token, opened', href: '/token' },
          { label: 'Three approaches compared', href: '/compare' },
          { label: 'Operations', href: '/operations' },
        ]
      : [],
    underTheHood: config.DEMO,
  })

  const keys = bankKeys(config)
  const statusLists = statusListStore(db)
  const session = {
    db,
    counters: signInMetrics(),
    frame,
    cookies,
    bankUrl: config.BANK_URL,
    refreshKeys: config.REFRESH_TOKEN_SECRET,
    sessionTtlSeconds: config.SESSION_TTL,
    sessionIdleTtlSeconds: config.SESSION_IDLE_TTL,
  }
  const tour = tourOf('bank', config, shared)
  const recognition = {
    keys,
    tokenCookie: cookies.token,
    sessions: sessionStrategies({
      cookieScope,
      shared,
      idleTtlSeconds: config.SESSION_IDLE_TTL,
      demo: config.DEMO,
      onSeen: (sid) => {
        touchSession(db, sid).catch((error: unknown) => app.log.warn({ err: error }, 'a sign-in could not be touched'))
      },
    }),
    issuer: config.BANK_URL,
    clientId: CLIENT_ID,
    audience: config.BANK_URL,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
  }
  const app: App = await createService({
    name: 'bank',
    build: { version: config.SIGNET_VERSION, commit: config.SIGNET_COMMIT },
    origin: config.BANK_URL,
    bankUrl: config.BANK_URL,
    origins,
    cookieScope,
    authentication: {
      ...recognition,
      renewInPlace: (request, reply) => renewSession(session, request, reply),
    },
    statusListSource: () => statusLists,
    revocationMaxAgeSeconds: config.REVOCATION_MAX_AGE,
    logLevel: config.LOG_LEVEL,
    trustProxy: config.TRUST_PROXY,
    dependencies: {
      database: () => requireReachable(db),
      // Not a reason to take the bank away: only signing in needs it, and those who are signed in need the bank.
      'session store': () =>
        shared.ping().then(
          () => 'reached',
          () => 'cannot be reached, nobody can sign in',
        ),
    },
    isUnavailable: isDatabaseUnavailable,
    frame,
    tour,
    docs: {
      title: 'Signet Bank',
      description: 'Signs people in for every app of the company, and keeps their accounts.',
      version: config.SIGNET_VERSION,
    },
  })
  await app.register(issuing, {
    keys,
    issuer: config.BANK_URL,
    clientId: CLIENT_ID,
    audiences: origins,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
  })

  const passwords = await createPasswords({ concurrency: config.LOGIN_CONCURRENCY, queueLength: config.LOGIN_QUEUE })
  app.addHook('onClose', () => passwords.close())
  passwordMetrics(app, passwords)
  showSignInMetrics(app, session.counters)
  const attempts = await createAttempts(shared, config.LOGIN_RATE_LIMIT)
  const person = { ...session, passwords, attempts, origins }
  await signInRoutes(app, { ...person, https, demo: config.DEMO })
  await registerRoutes(app, person)
  await sessionRoutes(app, session)
  await reauthenticateRoutes(app, person)
  await securityRoutes(app, session)
  await issuerRoutes(app, { statusLists, keys })
  await accountRoutes(app, session)

  const relay = startRelay({
    app,
    db,
    metrics: outboxMetrics(app, db),
    retirementUrl: config.RETIREMENT_URL,
    retirementInternalUrl: config.RETIREMENT_INTERNAL_URL,
  })
  app.addHook('preClose', () => relay.close())
  const placing = { db, book: createBook(db), stepUpLimitMinor: config.STEP_UP_LIMIT, onDeposit: relay.wake }
  await transferRoutes(app, placing)
  await transferPages(app, { ...person, ...placing, retirementUrl: config.RETIREMENT_URL })
  if (config.DEMO) {
    await labRoutes(app, {
      frame,
      keys,
      accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
      retirementUrl: config.RETIREMENT_URL,
      retirementInternalUrl: config.RETIREMENT_INTERNAL_URL,
    })
  }
  if (config.DEMO) {
    await compareRoutes(app, {
      db,
      frame,
      passwords,
      shared,
      recognition: { ...recognition, statusLists: app.statusLists },
      bankInternalUrl: config.BANK_INTERNAL_URL,
      retirementInternalUrl: config.RETIREMENT_INTERNAL_URL,
    })
  }
  if (config.DEMO) {
    await operationsRoutes(app, {
      frame,
      bankInternalUrl: config.BANK_INTERNAL_URL,
      retirementInternalUrl: config.RETIREMENT_INTERNAL_URL,
    })
  }
  if (tour) await tourRoutes(app, { ...person, tour })
  sweepRegularly(app, db, config.ACCESS_TOKEN_TTL)
  sweepKeysRegularly(app, db)
  return app
}
