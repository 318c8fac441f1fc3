import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { renderToStaticMarkup } from 'preact-render-to-string'
import { curlExample, readOperations } from '../src/api-docs/operations.js'
import { exampleOf, typeOf } from '../src/api-docs/schema.js'
import { ApiDocs } from '../src/index.js'
import { sampleApi } from './sample-api.js'

const origin = 'http://bank.signet.localhost:3001'
const operations = [...readOperations(sampleApi).values()].flat()

describe('readOperations', () => {
  it('groups by tag in the order of the document', () => {
    const groups = [...readOperations(sampleApi)].map(([tag, operations]) => [tag, operations.map(({ id }) => id)])
    assert.deepEqual(groups, [
      ['Sign-in', ['post-api-login', 'delete-api-sessions-id']],
      ['Accounts', ['get-api-accounts-id-entries']],
    ])
  })
  for (const strange of [{}, { paths: {} }, { paths: { '/x': {} } }, { paths: { '/x': { get: { responses: {} } } } }]) {
    it(`survives ${JSON.stringify(strange)}`, () => {
      assert.equal(typeof renderToStaticMarkup(<ApiDocs document={strange} origin={origin} />), 'string')
    })
  }
})

describe('a schema', () => {
  it('joins alternatives', () => {
    assert.equal(typeOf({ anyOf: [{ const: 'a' }, { type: 'null' }] }), '"a" | null')
    assert.equal(typeOf({ anyOf: [{ enum: ['a', 'b'] }, { enum: [1] }] }), '"a" | "b" | 1')
    assert.equal(typeOf({ type: 'array', items: { type: 'string' } }), 'array of string')
  })
  it('has an example', () => {
    const schema = {
      type: 'object',
      properties: { to: { type: 'string' }, amounts: { type: 'array', items: { type: 'integer' } } },
    }
    assert.deepEqual(exampleOf(schema), { to: 'string', amounts: [1] })
    assert.equal(exampleOf({ type: 'string', enum: ['a', 'b'] }), 'a')
  })
})

describe('curlExample', () => {
  it('quotes every word of the command', () => {
    const login = operations.find(({ path }) => path === '/api/login')
    assert.ok(login)
    assert.equal(
      curlExample(login, origin),
      `curl -X POST '${origin}/api/login' \\\n  -H 'Content-Type: application/json' \\\n` +
        `  -d '{"username":"o'\\''hara","password":"string","strategy":"jwt"}'`,
    )
  })
})

describe('ApiDocs', () => {
  const html = renderToStaticMarkup(<ApiDocs document={sampleApi} origin={origin} />)
  it('shows methods, paths, summaries and responses', () => {
    for (const text of ['>POST<', '>/api/login<', 'Wrong username or password', '>401<', 'at least 3 characters']) {
      assert.ok(html.includes(text), text)
    }
  })
  it('shows the properties inside lists and alternatives', () => {
    assert.ok(html.includes('Signed, in minor units.'))
    const child = { type: 'object', properties: { child: { type: 'string' } } }
    const schema = { anyOf: [{ type: 'null' }, child] }
    const responses = { 200: { description: 'A tree', content: { 'application/json': { schema } } } }
    const document = { paths: { '/x': { get: { responses } } } }
    assert.ok(renderToStaticMarkup(<ApiDocs document={document} origin={origin} />).includes('<code>child</code>'))
  })
  it('hides its forms until the script runs', () => {
    const forms = html.match(/<form[^>]*>/g) ?? []
    assert.equal(forms.length, operations.length)
    assert.ok(forms.every((form) => /\shidden[\s>]/.test(form)))
  })
})
