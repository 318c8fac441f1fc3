import { createPasswords, issuing } from '@signet/auth/issuer'
import { defineCookie } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { isDatabaseUnavailable } from '@signet/database'
import { type App, cookieDomainOf, createFrame, createService } from '@signet/service'
import { accountRoutes } from './accounts/routes.js'
import type { BankConfig } from './config.js'
import { registerRoutes } from './register/routes.js'
import { sessionRoutes } from './sessions/routes.js'
import { signInRoutes } from './sign-in/routes.js'

/** Puts the bank together. It listens nowhere yet: see server.ts. */
export async function buildBank(config: BankConfig, db: BankDatabase): Promise<App> {
  const https = config.BANK_URL.startsWith('https:')
  const cookieScope = { domain: cookieDomainOf(config), secure: https }
  const tokenCookie = defineCookie('signet_token', cookieScope)
  const origins = [config.BANK_URL, config.RETIREMENT_URL]
  const frame = createFrame({
    brand: 'bank',
    siblingUrl: config.RETIREMENT_URL,
    nav: [{ key: 'accounts', label: 'Accounts', href: '/' }],
  })

  const app = await createService({
    name: 'bank',
    origin: config.BANK_URL,
    bankUrl: config.BANK_URL,
    origins,
    cookieScope,
    authentication: {
      keys: config.JWT_SECRET,
      tokenCookie,
      issuer: config.BANK_URL,
      audience: config.BANK_URL,
      accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    },
    logLevel: config.LOG_LEVEL,
    trustProxy: config.TRUST_PROXY,
    dependencies: { database: async () => db.$queryRaw`SELECT 1` },
    isUnavailable: isDatabaseUnavailable,
    frame,
    docs: {
      title: 'Signet Bank',
      description: 'Signs people in for every app of the company, and keeps their accounts.',
      version: '0.1.0',
    },
  })
  await app.register(issuing, {
    keys: config.JWT_SECRET,
    issuer: config.BANK_URL,
    audiences: origins,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
  })

  const passwords = await createPasswords({ concurrency: config.LOGIN_CONCURRENCY, queueLength: config.LOGIN_QUEUE })
  const session = { db, frame, tokenCookie, sessionTtlSeconds: config.SESSION_TTL }
  const person = { ...session, passwords, bankUrl: config.BANK_URL, origins }
  await signInRoutes(app, { ...person, https, demo: config.DEMO })
  await registerRoutes(app, person)
  await sessionRoutes(app, session)
  await accountRoutes(app, session)
  return app
}
