// `npm run lint`: a linter of OpenAPI finds nothing in either service's description, and each call says who may make it. Needs a build.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { buildUnconnected } from '../processes/unconnected-services.mjs'

const config = await createConfig({
  extends: ['recommended-strict'],
  // The default installation is on localhost.
  rules: { 'no-server-example.com': 'off' },
})

/** How a call is authenticated, other than by the token of a user. */
const SECURITY = {
  bank: {
    login: [],
    register: [],
    logout: [{ cookie: [] }, { bearer: [] }, {}],
    refreshToken: [{ refresh: [] }],
    getStatusList: [],
    getPublicKeys: [],
    isAlive: [],
    isReady: [],
    verifyLabToken: [],
  },
  retirement: {
    logout: [{ cookie: [] }, { bearer: [] }, {}],
    createDeposit: [{ deposit: [] }],
    isAlive: [],
    isReady: [],
    verifyLabToken: [],
  },
}

for (const name of ['bank', 'retirement']) {
  test(`a linter finds nothing in the description of ${name}, and every call says who may make it`, async () => {
    const { app, close } = await buildUnconnected(name)
    const source = (await app.inject('/openapi.json')).body
    await close()
    const problems = await lintFromString({ source, absoluteRef: `${name}.json`, config })
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
      [],
    )
    const operations = Object.values(JSON.parse(source).paths).flatMap((methods) => Object.values(methods))
    assert.ok(operations.length > 5)
    for (const { operationId, security } of operations) {
      assert.deepEqual(security, SECURITY[name][operationId] ?? [{ cookie: [] }, { bearer: [] }], operationId)
    }
  })
}
