import { type CookieScope, defineCookie, type KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { CLIENT_ID } from '@signet/contracts'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { DemoSignIns, demo } from '@signet/demo'
import { type App, cookieScopeOf, type SharedStore, sessionStrategies } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { BankConfig } from '../config.js'
import { compareRoutes } from './compare/routes.js'
import { operationsRoutes } from './operations/routes.js'
import { thiefRoutes } from './thief/routes.js'
import { labRoutes } from './token-lab/routes.js'
import { tourRoutes } from './tour/routes.js'
import { wireRoutes } from './wire/routes.js'

export interface BankDemoOptions {
  readonly config: BankConfig
  readonly db: BankDatabase
  readonly shared: SharedStore
  readonly keys: KeyRing
}

/** Registers the bank's demo pages: token lab, comparison, operations and tour. The product works without them. */
async function bankDemo(app: App, { config, db, shared, keys }: BankDemoOptions): Promise<void> {
  const { RETIREMENT_URL: retirementUrl, ACCESS_TOKEN_TTL: accessTokenTtlSeconds } = config
  const { BANK_URL: bankUrl, BANK_INTERNAL_URL: bankInternalUrl } = config
  const { RETIREMENT_INTERNAL_URL: retirementInternalUrl } = config
  const cookieScope = cookieScopeOf(config)

  await app.register(demo, { service: 'bank', config, shared })
  fillSignInPage(app)
  await labRoutes(app, { keys, accessTokenTtlSeconds, retirementUrl, retirementInternalUrl })
  await compareRoutes(app, {
    db,
    shared,
    recognition: {
      keys,
      tokenCookie: defineCookie('token', cookieScope),
      issuer: bankUrl,
      clientId: CLIENT_ID,
      audience: bankUrl,
      accessTokenTtlSeconds,
      statusLists: app.statusLists,
    },
    strategies: app.sessionStrategies,
    freshStrategies: (store) => freshStrategies(store, cookieScope, config.SESSION_IDLE_TTL),
    bankInternalUrl,
    retirementInternalUrl,
  })
  await operationsRoutes(app, { bankInternalUrl, retirementInternalUrl })
  await thiefRoutes(app, {
    db,
    cookieScope,
    cookiePrefix: config.COOKIE_PREFIX,
    bankUrl,
    retirementUrl,
    bankInternalUrl,
    retirementInternalUrl,
  })
  await wireRoutes(app, { cookiePrefix: config.COOKIE_PREFIX })
  await tourRoutes(app, { db, bankUrl, retirementUrl, cookiePrefix: config.COOKIE_PREFIX })
}

/** Creates the bank's session strategies with an empty memory. They do not prune the store: the bank already does. */
const freshStrategies = (shared: SharedStore, cookieScope: CookieScope, idleTtlSeconds: number) =>
  sessionStrategies({ cookieScope, shared, idleTtlSeconds, inMemory: true, prune: false })

/** Pages that the sign-in page suggests. */
const SUGGESTIONS = [
  {
    label: 'Take the tour',
    href: '/tour',
    what: 'Eleven steps through both apps: where a session stops working, how a token helps, and what it costs.',
  },
  {
    label: 'Inspect your token',
    href: '/token',
    what: 'Read the token that signs you in to both apps, change it, and see it refused.',
  },
  {
    label: 'Three approaches compared',
    href: '/compare',
    what: 'Two kinds of session and a signed token side by side, measured on this machine.',
  },
]

function fillSignInPage({ signInSlots }: App): void {
  signInSlots.beside.push(() => <DemoSignIns people={Object.values(DEMO_USERS)} then={SUGGESTIONS} />)
  signInSlots.belowStrategies.push(() => (
    <p>
      <a href="/compare">Compare their costs</a>
    </p>
  ))
}

export default fastifyPlugin(bankDemo, {
  name: '@signet/bank-demo',
  fastify: '5.x',
  dependencies: ['@signet/bank-sign-in', '@signet/bank-passwords', '@signet/bank-sessions'],
})
