// `npm run lint`: lints the OpenAPI description of both services and checks the security of each operation. Needs a build.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import type { ServiceName } from '../processes/services.js'
import { buildUnconnected } from '../processes/unconnected-services.js'

const config = await createConfig({
  extends: ['recommended-strict'],
  // The default installation is on localhost.
  rules: { 'no-server-example.com': 'off' },
})

interface Schema extends Record<string, unknown> {
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Operation {
  readonly operationId: string
  readonly security?: readonly object[]
  readonly parameters?: readonly { readonly schema?: Schema }[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Content>>
}

/** The keywords of schemas that `ApiDocs` shows, and `additionalProperties`, which forbids what it does not show. */
const SHOWN = new Set(
  `type description const enum anyOf items properties required examples default additionalProperties
  format pattern minLength maxLength minimum maximum minItems maxItems`.split(/\s+/),
)

/** Returns the keywords in all schemas of an operation. */
function keywordsOf({ parameters = [], requestBody = {}, responses }: Operation): string[] {
  const contents = [requestBody, ...Object.values(responses)].flatMap(({ content = {} }) => Object.values(content))
  return [...parameters, ...contents].flatMap(({ schema }) => (schema ? keywordsIn(schema) : []))
}

const keywordsIn = (schema: Schema): string[] => {
  const { anyOf = [], items, properties = {} } = schema
  const inner = [...anyOf, ...(items ? [items] : []), ...Object.values(properties)]
  return [...Object.keys(schema), ...inner.flatMap(keywordsIn)]
}

/** Authentication of operations that do not require the user's token, by operationId. */
const SECURITY: Readonly<Record<ServiceName, Readonly<Record<string, readonly object[]>>>> = {
  bank: {
    login: [],
    register: [],
    loginWithRecoveryCode: [],
    beginPasskeyLogin: [],
    loginWithPasskey: [],
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

for (const name of ['bank', 'retirement'] as const) {
  test(`the OpenAPI description of ${name} passes the linter, and every operation declares its security`, async () => {
    const { app, close } = await buildUnconnected(name)
    const source = (await app.inject('/openapi.json')).body
    await close()
    const problems = await lintFromString({ source, absoluteRef: `${name}.json`, config })
    assert.deepEqual(
      problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`),
      [],
    )
    const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(source)
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
    assert.ok(operations.length > 5)
    const keywords = new Set(operations.flatMap(keywordsOf))
    assert.deepEqual([...keywords].filter((keyword) => !SHOWN.has(keyword)).toSorted(), [], 'the page /docs omits them')
    for (const { operationId, security } of operations) {
      assert.deepEqual(security, SECURITY[name][operationId] ?? [{ cookie: [] }, { bearer: [] }], operationId)
    }
  })
}
