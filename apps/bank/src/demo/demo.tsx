import { DEMO_USERS, type DemoUser } from '@signet/contracts/demo-users'
import { demo } from '@signet/demo'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { VNode } from 'preact'
import { compareRoutes } from './compare/routes.js'
import { operationsRoutes } from './operations/routes.js'
import type { BankDemoOptions } from './options.js'
import { thiefRoutes } from './thief/routes.js'
import { labRoutes } from './token-lab/routes.js'
import { tourRoutes } from './tour/routes.js'
import { wireRoutes } from './wire/wire.js'

/** Registers the bank's demo pages: token lab, comparison, operations and tour. The product works without them. */
async function bankDemo(app: App, options: BankDemoOptions): Promise<void> {
  await app.register(demo, { service: 'bank', ...options })
  app.signInSlots.beside.push(() => <DemoSignIns people={Object.values(DEMO_USERS)} />)
  app.signInSlots.belowStrategies.push(() => (
    <p>
      <a href="/compare">Compare their costs</a>
    </p>
  ))
  for (const register of [labRoutes, compareRoutes, operationsRoutes, thiefRoutes, wireRoutes, tourRoutes])
    await register(app, options)
}

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

/** Lists the demo users and their passwords, and pages to open after signing in. */
export const DemoSignIns = ({ people }: { people: readonly Omit<DemoUser, 'id'>[] }): VNode => (
  <aside class="demo" aria-labelledby="demo-sign-ins">
    <h2 id="demo-sign-ins">Demo users</h2>
    <p class="muted small">These users and their money are fictional.</p>
    <ul>
      {people.map(({ name, username, password }) => (
        <li key={username}>
          <strong>{name}</strong>
          <span>
            <code>{username}</code> <span aria-hidden="true">/</span> <code>{password}</code>
          </span>
        </li>
      ))}
    </ul>
    <h2>What to try next</h2>
    <ul>
      {SUGGESTIONS.map(({ label, href, what }) => (
        <li key={href}>
          <a href={href}>{label}</a>
          <p class="muted small">{what}</p>
        </li>
      ))}
    </ul>
  </aside>
)

export default fastifyPlugin(bankDemo, {
  name: '@signet/bank-demo',
  fastify: '5.x',
  dependencies: ['@signet/bank-sign-in', '@signet/bank-passwords', '@signet/bank-sessions'],
})
