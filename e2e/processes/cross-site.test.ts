// Sends every unsafe route of both services every combination of origin headers. Needs a build, and no database: the
// cross-site check comes before any query.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildBank } from '@signet/bank/app'
import { readBankConfig } from '@signet/bank/config'
import { createBankDatabase } from '@signet/bank-database'
import { buildRetirement } from '@signet/retirement/app'
import { readRetirementConfig } from '@signet/retirement/config'
import { createRetirementDatabase } from '@signet/retirement-database'
import type { SharedStore } from '@signet/service'
import pg from 'pg'
import { routesOf } from './unconnected-services.js'
import { newSecret } from './world.js'

const NOWHERE = 'postgresql://nobody:nothing@127.0.0.1:1/nothing'
const environment = {
  DATABASE_URL: NOWHERE,
  SESSION_STORE_URL: NOWHERE,
  JWT_SECRET: newSecret(),
  REFRESH_TOKEN_SECRET: newSecret(),
  LOGIN_RATE_LIMIT: '0',
  LOG_LEVEL: 'silent',
}
const { BANK_URL, RETIREMENT_URL } = readBankConfig(environment)
const unusedPool = new pg.Pool({ connectionString: NOWHERE })
unusedPool.query = () => assert.fail('the store is queried')
const unusedStore: SharedStore = {
  kind: 'postgresql',
  pool: unusedPool,
  ping: async () => assert.fail('the store is queried'),
  close: async () => {},
}

const SERVICES = [
  {
    name: 'bank',
    own: BANK_URL,
    sibling: RETIREMENT_URL,
    open: () => {
      const db = createBankDatabase(NOWHERE)
      return { db, opening: buildBank(readBankConfig(environment), db, unusedStore) }
    },
    known: ['POST /api/transfers', 'DELETE /api/sessions/:id', 'POST /sign-in', 'POST /theme', 'POST /compare'],
  },
  {
    name: 'retirement',
    own: RETIREMENT_URL,
    sibling: BANK_URL,
    open: () => {
      const db = createRetirementDatabase(NOWHERE)
      return { db, opening: buildRetirement(readRetirementConfig(environment), db, unusedStore) }
    },
    known: ['POST /api/deposits', 'POST /api/logout', 'POST /sign-out', 'POST /theme', 'POST /allocation'],
  },
]

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

type Headers = Readonly<Record<string, string>>

const foreign = (own: string, sibling: string): Headers[] => [
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'Same-Origin' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': 'nonsense' },
  { 'sec-fetch-site': 'cross-site', origin: own },
  { 'sec-fetch-site': 'same-site', origin: sibling },
  { 'sec-fetch-site': 'same-origin', origin: sibling },
  { 'sec-fetch-site': 'same-origin', origin: 'null' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-origin', origin: own.replace(/\/\/[^:]*/, '//127.0.0.1') },
  { 'sec-fetch-site': 'none', origin: sibling },
  { 'sec-fetch-site': 'none', origin: 'null' },
  { origin: sibling },
  { origin: 'null' },
  { origin: '' },
  { origin: 'https://evil.example' },
  { origin: `${own}.evil.example` },
  { origin: `${own}/` },
  { origin: `${own}, ${own}` },
  { origin: own.toUpperCase() },
  { origin: own.replace('http:', 'https:') },
  { origin: own.replace(/\d$/, '9') },
  { origin: own.replace(/:\d+$/, '') },
]
const native = (own: string): Headers[] => [
  {},
  { origin: own },
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: own },
]

for (const { name, own, sibling, open, known } of SERVICES) {
  test(`every unsafe route of the ${name} refuses cross-site requests and accepts same-origin ones`, async (t) => {
    const { db, opening } = open()
    const app = await opening
    t.after(async () => {
      await app.close()
      await db.$disconnect()
    })
    await app.ready()
    const routes = routesOf(app).filter(({ method }) => !SAFE.has(method))
    const endpoints = routes.map(({ method, path }) => `${method} ${path}`)
    for (const endpoint of known) assert.ok(endpoints.includes(endpoint), `${endpoint} is tested`)

    const ask = ({ method, path }: { method: string; path: string }, headers: Headers) =>
      app.inject({ method: method as 'POST', url: path.replace(':id', 'x'), headers })
    for (const [index, route] of routes.entries()) {
      for (const headers of foreign(own, sibling)) {
        const what = `${endpoints[index]} ${JSON.stringify(headers)}`
        const response = await ask(route, headers)
        assert.equal(response.statusCode, 403, what)
        assert.match(response.body, /cross_site_request|came from another site/, what)
        assert.equal(response.headers['set-cookie'], undefined, what)
      }
    }
    // One route that needs no session and no database.
    for (const headers of native(own)) {
      const response = await ask({ method: 'POST', path: '/theme' }, headers)
      assert.equal(response.statusCode, 400, `an empty body, same origin: ${JSON.stringify(headers)}`)
    }
    t.diagnostic(`${routes.length} routes, ${foreign(own, sibling).length} header sets each`)
  })
}
