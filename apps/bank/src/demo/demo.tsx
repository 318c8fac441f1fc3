import { type CookieScope, defineCookie, type KeyRing } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { CLIENT_ID, DEMO_PEOPLE } from '@signet/contracts'
import { DemoSignIns, demo } from '@signet/demo'
import { type App, cookieScopeOf, type SharedStore, sessionStrategies } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { BankConfig } from '../config.js'
import { compareRoutes } from './compare/routes.js'
import { operationsRoutes } from './operations/routes.js'
import { labRoutes } from './token-lab/routes.js'
import { tourRoutes } from './tour/routes.js'

export interface BankDemoOptions {
  readonly config: BankConfig
  readonly db: BankDatabase
  readonly shared: SharedStore
  readonly keys: KeyRing
}

/** Everything that the bank shows in a demo, and nothing that it needs: the token lab, the comparison, operations, the tour. */
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
  const limited = config.LOGIN_RATE_LIMIT > 0
  await tourRoutes(app, { db, shared, bankUrl, retirementUrl, cookiePrefix: config.COOKIE_PREFIX, limited })
}

/** The bank's session strategies on a store, with nothing in memory. The bank itself prunes the store. */
const freshStrategies = (shared: SharedStore, cookieScope: CookieScope, idleTtlSeconds: number) =>
  sessionStrategies({ cookieScope, shared, idleTtlSeconds, inMemory: true, prune: false })

/** What the demo has to show; each asks for a sign-in and goes on from there. */
const LOOK_AROUND = [
  {
    label: 'Take the tour',
    href: '/tour',
    what: 'Ten steps through both apps: what a session cannot do, what a token can, and what it costs.',
  },
  {
    label: 'A token, opened',
    href: '/token',
    what: 'Read the token that signs you in at both apps, change it, and see it refused.',
  },
  {
    label: 'Three approaches compared',
    href: '/compare',
    what: 'Two kinds of session and the token side by side, measured on this machine when you press the button.',
  },
]

function fillSignInPage({ signInSlots }: App): void {
  signInSlots.beside.push(() => <DemoSignIns people={Object.values(DEMO_PEOPLE)} then={LOOK_AROUND} />)
  signInSlots.belowStrategies.push(() => (
    <p>
      <a href="/compare">What each of them costs, measured</a>
    </p>
  ))
}

export default fastifyPlugin(bankDemo, {
  name: '@signet/bank-demo',
  fastify: '5.x',
  dependencies: ['@signet/bank-sign-in', '@signet/bank-passwords', '@signet/bank-sessions'],
})
