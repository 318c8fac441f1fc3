// Every call of the JSON API is written by a schema, for each of its answers: faster, and nothing slips out that no schema
// names. And each schema is one: the services do not check that when they start. Needs a build.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { buildUnconnected } from './unconnected-services.mjs'

for (const name of ['bank', 'retirement']) {
  test(`every call of the JSON API of ${name} has a schema for each of its answers`, async () => {
    const { app, close } = await buildUnconnected(name)
    const { paths } = (await app.inject('/openapi.json')).json()
    const calls = app.methodIndex.routes.filter(({ method, path }) => method !== 'HEAD' && path.startsWith('/api/'))
    await close()
    assert.ok(calls.length > 3)
    for (const { method, path } of calls) {
      const described = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      const answers = Object.entries(described?.responses ?? {})
      assert.ok(
        answers.some(([status]) => status.startsWith('2')),
        `${method} ${path} has no schema for success`,
      )
      for (const [status, { content }] of answers) {
        assert.ok(Object.values(content ?? {})[0]?.schema, `${method} ${path} has no schema for ${status}`)
      }
    }
  })
}

/** Every schema in a description of an API: of parameters, bodies and answers. */
const schemasIn = (value) =>
  Object.entries(value ?? {}).flatMap(([name, inner]) =>
    name === 'schema' ? [inner] : typeof inner === 'object' ? schemasIn(inner) : [],
  )

for (const name of ['bank', 'retirement']) {
  test(`every schema of the JSON API of ${name} is a JSON Schema`, async () => {
    const { app, close } = await buildUnconnected(name)
    const schemas = schemasIn((await app.inject('/openapi.json')).json().paths)
    await close()
    assert.ok(schemas.length > 10)
    const ajv = new Ajv()
    for (const schema of schemas) assert.ok(ajv.validateSchema(schema), `${ajv.errorsText()} ${JSON.stringify(schema)}`)
  })
}
