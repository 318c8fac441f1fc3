// No other site makes a browser change anything: every unsafe route that the two services really have, against every way in
// which a browser says where a request comes from. Needs a build, and no database: the request is refused before one is asked.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBankDatabase } from '@signet/bank-database'
import { createRetirementDatabase } from '@signet/retirement-database'
import { buildBank } from '../../apps/bank/dist/src/app.js'
import { readBankConfig } from '../../apps/bank/dist/src/config.js'
import { buildRetirement } from '../../apps/retirement/dist/src/app.js'
import { readRetirementConfig } from '../../apps/retirement/dist/src/config.js'
import { newSecret } from './world.mjs'

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
const nobody = {
  kind: 'postgresql',
  pool: { query: async () => assert.fail('the store is asked') },
  close: async () => {},
}

const SERVICES = [
  {
    name: 'bank',
    own: BANK_URL,
    sibling: RETIREMENT_URL,
    build: (db) => buildBank(readBankConfig(environment), db, nobody),
    database: createBankDatabase,
    known: ['POST /api/transfers', 'DELETE /api/sessions/:id', 'POST /sign-in', 'POST /theme', 'POST /compare'],
  },
  {
    name: 'retirement',
    own: RETIREMENT_URL,
    sibling: BANK_URL,
    build: (db) => buildRetirement(readRetirementConfig(environment), db, nobody),
    database: createRetirementDatabase,
    known: ['POST /api/deposits', 'POST /api/logout', 'POST /sign-out', 'POST /theme', 'POST /allocation'],
  },
]

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

const foreign = (own, sibling) => [
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'Same-Origin' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
  { 'sec-fetch-site': 'nonsense' },
  { 'sec-fetch-site': 'cross-site', origin: own },
  { 'sec-fetch-site': 'same-site', origin: sibling },
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
const native = (own) => [
  {},
  { origin: own },
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: own },
]

for (const { name, own, sibling, build, database, known } of SERVICES) {
  test(`every unsafe route of the ${name} refuses what another site asks for, and takes its own`, async (t) => {
    const db = database(NOWHERE)
    const app = await build(db)
    t.after(async () => {
      await app.close()
      await db.$disconnect()
    })
    await app.ready()
    const routes = app.methodIndex.routes.filter(({ method }) => !SAFE.has(method))
    const endpoints = routes.map(({ method, path }) => `${method} ${path}`)
    for (const endpoint of known) assert.ok(endpoints.includes(endpoint), `${endpoint} is looked at`)

    const ask = ({ method, path }, headers) => app.inject({ method, url: path.replace(':id', 'x'), headers })
    for (const [index, route] of routes.entries()) {
      for (const headers of foreign(own, sibling)) {
        const what = `${endpoints[index]} ${JSON.stringify(headers)}`
        const answer = await ask(route, headers)
        assert.equal(answer.statusCode, 403, what)
        assert.match(answer.body, /cross_site_request|came from another site/, what)
        assert.equal(answer.headers['set-cookie'], undefined, what)
      }
    }
    // Each way on one route that needs nobody signed in and no database.
    for (const headers of native(own)) {
      const answer = await ask({ method: 'POST', path: '/theme' }, headers)
      assert.equal(answer.statusCode, 400, `an empty body, no other site: ${JSON.stringify(headers)}`)
    }
    t.diagnostic(`${routes.length} routes, ${foreign(own, sibling).length} ways each`)
  })
}
