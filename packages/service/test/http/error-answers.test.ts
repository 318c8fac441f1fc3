import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { InjectOptions } from 'fastify'
import type { App } from '../../src/index.js'
import { createTestService, refusalOf } from '../support.js'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const note = (body: string | Buffer, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: '/api/notes',
  headers,
  payload: body,
})

const ROWS: ReadonlyArray<readonly [why: string, request: InjectOptions, status: number, code: string]> = [
  ['half of an object', note('{"text":'), 400, 'invalid_request'],
  ['an empty body', note(''), 400, 'invalid_request'],
  ['null', note('null'), 400, 'invalid_request'],
  ['an array', note('[]'), 400, 'invalid_request'],
  ['a text', note('"text"'), 400, 'invalid_request'],
  ['a member left out', note('{}'), 400, 'invalid_request'],
  ['a number where text is due', note('{"text":1}'), 400, 'invalid_request'],
  ['text where a number is due: nothing is converted', note('{"text":"a","count":"1"}'), 400, 'invalid_request'],
  ['text that is too long', note(JSON.stringify({ text: 'x'.repeat(21) })), 400, 'invalid_request'],
  ['a member that nobody asked for', note('{"text":"a","role":"admin"}'), 400, 'invalid_request'],
  ['__proto__', note('{"text":"a","__proto__":{"x":1}}'), 400, 'invalid_request'],
  ['constructor.prototype', note('{"text":"a","constructor":{"prototype":{"x":1}}}'), 400, 'invalid_request'],
  ['bytes that are no UTF-8 text', note('\xff\xfe'), 400, 'invalid_request'],
  ['a byte too much', note(JSON.stringify({ text: 'x'.repeat(65_536) })), 413, 'body_too_large'],
  ['a megabyte', note('x'.repeat(1_048_576)), 413, 'body_too_large'],
  ['plain text at the API', note('text', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
  [
    'JSON that calls itself text',
    note('{"text":"a"}', { 'content-type': 'text/plain' }),
    415,
    'unsupported_media_type',
  ],
  ['a form at the API', note('text=a', form), 415, 'unsupported_media_type'],
  [
    'a file at the API',
    note('x', { 'content-type': 'multipart/form-data; boundary=x' }),
    415,
    'unsupported_media_type',
  ],
  ['a body of no type', note('{"text":"a"}', {}), 415, 'unsupported_media_type'],
  ['nonsense for a type', note('{"text":"a"}', { 'content-type': 'json' }), 415, 'unsupported_media_type'],
  [
    'a compressed body',
    note(gzipSync('{"text":"a"}'), { 'content-type': 'application/json', 'content-encoding': 'gzip' }),
    415,
    'unsupported_media_type',
  ],
  ['an address that is not there', { url: '/api/nothing' }, 404, 'not_found'],
  ['the same with a query', { url: '/api/nothing?x=/api/notes' }, 404, 'not_found'],
  ['another letter case', { url: '/API/notes' }, 404, 'not_found'],
  ['two slashes', { url: '//api/notes/1' }, 404, 'not_found'],
  ['a way out of the assets', { url: '/assets/../package.json' }, 404, 'not_found'],
  ['a byte that no name of a file has', { url: '/assets/%00' }, 404, 'not_found'],
  ['a style sheet that is not there', { url: '/assets/nothing.css' }, 404, 'not_found'],
  ['the same way out, encoded', { url: '/assets/..%2f..%2fpackage.json' }, 404, 'not_found'],
  ['another method', { method: 'GET', url: '/api/notes' }, 405, 'method_not_allowed'],
  ['a method of another route', { method: 'DELETE', url: '/api/notes/1?x=1' }, 405, 'method_not_allowed'],
  ['an escape that is none', { url: '/api/notes/%zz' }, 400, 'invalid_request'],
  ['half of an escape', { url: '/%' }, 400, 'invalid_request'],
  ['bytes in the path that are no UTF-8 text', { url: '/api/notes/%ff' }, 400, 'invalid_request'],
  ['a name that is longer than any address has', { url: `/nothing/${'x'.repeat(2_000)}` }, 404, 'not_found'],
  ['a query that its schema refuses', { url: '/api/notes/1?limit=many' }, 400, 'invalid_request'],
  ['a query text that is too long', { url: `/api/notes/1?word=${'x'.repeat(11)}` }, 400, 'invalid_request'],
  ['a query number that no number holds', { url: `/api/notes/1?limit=${'9'.repeat(400)}` }, 400, 'invalid_request'],
  ['the same below nothing', { url: `/api/notes/1?limit=-${'9'.repeat(400)}` }, 400, 'invalid_request'],
  ['the same, short', { url: '/api/notes/1?limit=1e400' }, 400, 'invalid_request'],
  ...['1e1', '0x10', '%2010', '10%20', '010', '%2b10', '10.0', '-0', '1_0'].map(
    (spelt) =>
      [
        `a query number spelt another way: ${spelt}`,
        { url: `/api/notes/1?limit=${spelt}` },
        400,
        'invalid_request',
      ] as const,
  ),
  ['a query parameter twice', { url: '/api/notes/1?limit=1&limit=2' }, 400, 'invalid_request'],
  ['an error of our own, whatever status it carries', { url: '/api/broken' }, 500, 'internal'],
  ['something that cannot be reached', { url: '/api/gone' }, 503, 'unavailable'],
]

describe('a refused request', () => {
  let app: App
  before(async () => {
    app = await createTestService()
  })
  after(() => app.close())

  for (const [why, request, status, code] of ROWS) {
    test(`${status} ${code}: ${why}`, async () => {
      const answer = await app.inject(request)
      assert.deepEqual(refusalOf(answer), [status, code])
      const { status: word, error, code: _, ...others } = answer.json()
      assert.deepEqual([word, others], ['error', {}], 'three members, no more')
      assert.match(error, /^[A-Z].*\.$/, 'a sentence')
      assert.doesNotMatch(error, /querystring|\bNOT\b/, 'in words that people use')
      assert.match(String(answer.headers['content-type']), /^application\/json/)
      assert.doesNotMatch(answer.body, /hunter2|node_modules|\bat .*\.js|stack/, 'nothing of the inside')
    })
  }

  test('a 405 response lists the allowed methods', async () => {
    const rows = [
      ['GET', '/api/notes', 'POST'],
      ['PUT', '/api/notes/1?x=1', 'GET, HEAD'],
      ['OPTIONS', '/form', 'POST'],
      ['POST', '/healthz', 'GET, HEAD'],
    ] as const
    for (const [method, url, allow] of rows) {
      const answer = await app.inject({ method, url })
      const named = String(answer.headers.allow).split(', ').sort().join(', ')
      assert.deepEqual([answer.statusCode, named], [405, allow], `${method} ${url}`)
    }
  })

  test('a valid body is accepted, also with a charset, and __proto__ has no effect', async () => {
    const answer = await app.inject(note('{"text":"a"}', { 'content-type': 'application/json; charset=utf-8' }))
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: 'ok', data: 'a' }])
    assert.equal(Reflect.get({}, 'x'), undefined)
  })

  test('a query is converted to the types of its schema', async () => {
    const answer = await app.inject('/api/notes/1?limit=7')
    assert.deepEqual(answer.json().data, { id: '1', limit: 7 })
  })

  test('a page accepts a form, and refuses JSON with an HTML response', async () => {
    const taken = await app.inject({ method: 'POST', url: '/form', headers: form, payload: 'a=1&a=2' })
    assert.deepEqual([taken.statusCode, taken.json()], [200, { a: ['1', '2'] }])
    const refused = await app.inject({ method: 'POST', url: '/form', headers: json, payload: '{"a":1}' })
    assert.equal(refused.statusCode, 415)
    assert.match(String(refused.headers['content-type']), /^text\/html/)
    assert.match(refused.body, /The body must be JSON for the API, and a form for a page\./)
  })

  test('a browser gets a page with the request id of the log', async () => {
    const headers = { accept: 'text/html,*/*' }
    for (const [url, status] of [
      ['/nothing', 404],
      ['/broken', 500],
    ] as const) {
      const answer = await app.inject({ url, headers })
      assert.equal(answer.statusCode, status)
      assert.match(String(answer.headers['content-type']), /^text\/html/)
      assert.ok(answer.body.includes(`<code>${answer.headers['x-request-id']}</code>`))
      assert.doesNotMatch(answer.body, /hunter2/)
    }
    const api = await app.inject({ url: '/api/nothing', headers })
    assert.match(String(api.headers['content-type']), /^application\/json/, 'the API answers JSON, whoever asks')
  })

  test('an unavailable dependency responds with Retry-After', async () => {
    const answer = await app.inject('/api/gone')
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
  })
})
