// Checks that each operation of the JSON API has a schema for each of its responses, so that no undeclared property is sent.
// Checks that each schema is valid, which the services do not do at start. Needs a build.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv, type AnySchemaObject } from 'ajv'
import { buildUnconnected, routesOf } from './unconnected-services.js'

/** Operations by path and method. */
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: object }>> }>>
}

for (const name of ['bank', 'retirement'] as const) {
  test(`every operation of the JSON API of ${name} has a schema for each of its responses`, async () => {
    const { app, close } = await buildUnconnected(name)
    const { paths } = (await app.inject('/openapi.json')).json<{ paths: Paths }>()
    const calls = routesOf(app).filter(({ method, path }) => method !== 'HEAD' && path.startsWith('/api/'))
    await close()
    assert.ok(calls.length > 3)
    for (const { method, path } of calls) {
      const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      const responses = Object.entries(described?.responses ?? {})
      assert.ok(
        responses.some(([status]) => status.startsWith('2')),
        `${method} ${path} has no schema for success`,
      )
      for (const [status, { content }] of responses) {
        assert.ok(Object.values(content ?? {})[0]?.schema, `${method} ${path} has no schema for ${status}`)
      }
    }
  })
}

/** Returns every schema in an OpenAPI description: of parameters, bodies and responses. */
const schemasIn = (value: object): AnySchemaObject[] =>
  Object.entries(value).flatMap(([name, inner]) =>
    name === 'schema' ? [inner] : typeof inner === 'object' && inner !== null ? schemasIn(inner) : [],
  )

for (const name of ['bank', 'retirement'] as const) {
  test(`every schema of the JSON API of ${name} is a valid JSON Schema`, async () => {
    const { app, close } = await buildUnconnected(name)
    const schemas = schemasIn((await app.inject('/openapi.json')).json<{ paths: Paths }>().paths)
    await close()
    assert.ok(schemas.length > 10)
    const ajv = new Ajv()
    for (const schema of schemas) assert.ok(ajv.validateSchema(schema), `${ajv.errorsText()} ${JSON.stringify(schema)}`)
  })
}
