import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestBank } from './support.js'

interface Operation {
  parameters?: Array<{ name: string; in: string; required?: boolean; schema?: object }>
  requestBody?: { content: Record<string, { schema?: object }> }
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object }> }>
}

test('the description of the API is OpenAPI 3.1, and names what there is', async () => {
  // It needs no database: nothing connects before the first query.
  const { app } = await buildTestBank('postgresql://nobody:nothing@127.0.0.1:1/nothing')
  const answer = await app.inject('/openapi.json')
  const page = await app.inject('/docs')
  await app.close()
  assert.match(String(answer.headers['content-type']), /^application\/json/)
  const document = answer.json()
  assert.match(document.openapi, /^3\.1\.\d+$/)
  assert.ok(document.info.title && document.info.version)
  assert.deepEqual(document.servers, [{ url: 'http://bank.signet.localhost:3001', description: 'This installation' }])

  const paths: Record<string, Record<string, Operation>> = document.paths
  const named = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  for (const call of [
    'POST /api/login',
    'POST /api/login/recovery-code',
    'POST /api/password',
    'DELETE /api/password',
    'GET /api/recovery-codes',
    'POST /api/recovery-codes',
    'POST /api/login/passkey',
    'POST /api/login/passkey/options',
    'POST /api/reauthenticate/passkey',
    'POST /api/reauthenticate/passkey/options',
    'POST /api/passkeys',
    'POST /api/passkeys/options',
    'GET /api/passkeys/{id}',
    'DELETE /api/passkeys/{id}',
    'POST /api/register',
    'POST /api/logout',
    'GET /api/me',
    'POST /api/token/refresh',
    'GET /api/sessions',
    'DELETE /api/sessions',
    'DELETE /api/sessions/{id}',
    'GET /api/accounts',
    'GET /api/accounts/{id}/entries',
    'POST /api/transfers',
    'GET /api/transfers/{id}',
    'GET /status-lists/{id}',
    'GET /.well-known/jwks.json',
    'GET /healthz',
    'GET /readyz',
  ]) {
    assert.ok(named.includes(call), call)
  }

  for (const [path, methods] of Object.entries(paths)) {
    assert.match(path, /^\//)
    for (const [method, operation] of Object.entries(methods)) {
      const call = `${method} ${path}`
      const statuses = Object.keys(operation.responses)
      assert.ok(
        statuses.some((status) => /^2\d\d$/.test(status)),
        `${call} says what a success looks like: ${statuses}`,
      )
      if (path.startsWith('/api/'))
        assert.ok(
          // Every operation has 421.
          statuses.some((status) => status !== '421' && /^4\d\d$/.test(status)),
          `${call}: failures of the client`,
        )
      assert.equal(statuses.includes('421'), !['/healthz', '/readyz'].includes(path), `${call}: a foreign host`)
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.match(response.description ?? '', /^(?!Default Response)[A-Z]/, `${call} ${status}`)
        if (status === '204' || !path.startsWith('/api/')) continue
        assert.ok(Object.values(response.content ?? {})[0]?.schema, `${call} ${status} has a schema`)
      }
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      assert.deepEqual(declared.map(({ name }) => name).sort(), inPath.sort(), call)
      assert.ok(
        declared.every(({ required, schema }) => required === true && schema),
        call,
      )
      if (operation.requestBody) {
        assert.deepEqual(Object.keys(operation.requestBody.content), ['application/json'], call)
      }
    }
  }

  for (const values of ['"ok"', '"jwt" | "session" | "shared-session"', '"public-key"']) {
    assert.ok(page.body.includes(`<span class="schema-type">${values.replaceAll('"', '&quot;')}</span>`), values)
  }

  // Every reference leads somewhere.
  for (const [, pointer = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = pointer.split('/').reduce((value, key) => value?.[key], document)
    assert.ok(found, pointer)
  }
})
