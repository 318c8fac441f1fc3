import { defineCookie, httpStatusListSource } from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import { isDatabaseUnavailable, requireReachable } from '@signet/database'
import type { RetirementDatabase } from '@signet/retirement-database'
import {
  type App,
  cookieDomainOf,
  createFrame,
  createService,
  type SharedStore,
  sessionStrategies,
  tourOf,
} from '@signet/service'
import { allocationRoutes } from './allocation/routes.js'
import type { RetirementConfig } from './config.js'
import { depositRoutes } from './deposits/routes.js'
import { bankKeys } from './keys/bank-keys.js'
import { labRoutes } from './labs/routes.js'
import { planRoutes } from './plan/routes.js'
import { projectionRoutes } from './projection/routes.js'
import { signOutRoutes } from './sign-out/routes.js'

/** Puts retirement together. It listens nowhere yet: see server.ts. */
export async function buildRetirement(
  config: RetirementConfig,
  db: RetirementDatabase,
  shared: SharedStore,
): Promise<App> {
  const cookieScope = { domain: cookieDomainOf(config), secure: config.RETIREMENT_URL.startsWith('https:') }
  const tokenCookie = defineCookie('signet_token', cookieScope)
  const origins = [config.BANK_URL, config.RETIREMENT_URL]
  const frame = createFrame({
    brand: 'retirement',
    bankUrl: config.BANK_URL,
    siblingUrl: config.BANK_URL,
    nav: [
      { key: 'plan', label: 'Plan', href: '/' },
      ...(config.DEMO ? [{ key: 'token', label: 'Token', href: '/token' }] : []),
    ],
    labs: config.DEMO
      ? [
          { label: 'Take the tour', href: `${config.BANK_URL}/tour` },
          { label: 'A token, opened', href: '/token' },
          { label: 'Three approaches compared', href: `${config.BANK_URL}/compare` },
          { label: 'Operations', href: `${config.BANK_URL}/operations` },
        ]
      : [],
    underTheHood: config.DEMO,
  })

  const bank = bankKeys(config)
  const { keys } = bank

  const app = await createService({
    name: 'retirement',
    build: { version: config.SIGNET_VERSION, commit: config.SIGNET_COMMIT },
    origin: config.RETIREMENT_URL,
    bankUrl: config.BANK_URL,
    origins,
    cookieScope,
    authentication: {
      keys,
      tokenCookie,
      sessions: sessionStrategies({
        cookieScope,
        shared,
        idleTtlSeconds: config.SESSION_IDLE_TTL,
        demo: config.DEMO,
      }),
      issuer: config.BANK_URL,
      clientId: CLIENT_ID,
      audience: config.RETIREMENT_URL,
      accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    },
    statusListSource: (service) =>
      httpStatusListSource(service, { keys, issuer: config.BANK_URL, internalUrl: config.BANK_INTERNAL_URL }),
    revocationMaxAgeSeconds: config.REVOCATION_MAX_AGE,
    logLevel: config.LOG_LEVEL,
    trustProxy: config.TRUST_PROXY,
    dependencies: {
      database: () => requireReachable(db),
      // Whoever comes with a token does not need it.
      'session store': () =>
        shared.ping().then(
          () => 'reached',
          () => 'cannot be reached, sessions are not recognised',
        ),
    },
    isUnavailable: isDatabaseUnavailable,
    frame,
    tour: tourOf('retirement', config, shared),
    docs: {
      title: 'Signet Retirement',
      description: 'Keeps retirement plans. It takes the sign-in of Signet Bank and asks nobody about it.',
      version: config.SIGNET_VERSION,
    },
  })
  bank.watch(app)
  const own = { db, frame, keys, tokenCookie, bankUrl: config.BANK_URL, origin: config.RETIREMENT_URL }
  await planRoutes(app, own)
  await projectionRoutes(app, own)
  await allocationRoutes(app, own)
  await depositRoutes(app, own)
  await signOutRoutes(app, {
    bankUrl: config.BANK_URL,
    bankInternalUrl: config.BANK_INTERNAL_URL,
    origin: config.RETIREMENT_URL,
    tokenCookie,
  })
  if (config.DEMO) {
    await labRoutes(app, {
      frame,
      keys,
      secrets: config.JWT_SECRET,
      tokenCookie,
      bankUrl: config.BANK_URL,
      bankInternalUrl: config.BANK_INTERNAL_URL,
    })
  }
  return app
}
