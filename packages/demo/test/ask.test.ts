import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { ask } from '../src/ask.js'

const context = { requestId: 'asked-1', traceparent: null, tracestate: null }
const answers: Record<string, RequestListener> = {
  '/echo': ({ method, headers }, response) => response.end(JSON.stringify({ method, headers })),
  '/refusal': (_request, response) =>
    response.writeHead(401).end(JSON.stringify({ error: 'It has expired.', code: 'token_expired' })),
  '/api/me': (_request, response) => response.end(JSON.stringify({ data: {} })),
  '/api/logout': (_request, response) => response.end(JSON.stringify({ data: {} })),
  '/page': (_request, response) => response.end('<!doctype html>'),
  '/null': (_request, response) => response.end('null'),
  '/long': (_request, response) => response.end(JSON.stringify(['x'.repeat(10_000)])),
  '/never': (_request, response) => response.write('{'),
}
const server = createServer((request, response) => answers[request.url ?? '']?.(request, response))
let url: string

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

describe('ask', () => {
  test('sends the request id, the Host of the service, and a body as JSON', async () => {
    const { status, body } = await ask(url, '/echo', {
      context,
      method: 'POST',
      body: { a: 1 },
      host: 'bank.test:3001',
    })
    const { method, headers } = body as { method: string; headers: Record<string, string> }
    assert.deepEqual([status, method], [200, 'POST'])
    assert.deepEqual(
      [headers.host, headers['x-request-id'], headers['content-type']],
      ['bank.test:3001', 'asked-1', 'application/json'],
    )
  })

  test('reads a refusal', async () => {
    const { status, verdict } = await ask(url, '/refusal', { context })
    assert.equal(status, 401)
    assert.deepEqual(verdict, { genuine: false, code: 'token_expired', sentence: 'It has expired.', instance: '' })
  })

  test('takes a success of /api/me without a user for no verdict, unlike that of another path', async () => {
    await assert.rejects(ask(url, '/api/me', { context }), /\/api\/me answered 200 without a user and without a code/)
    const { verdict } = await ask(url, '/api/logout', { context, method: 'POST' })
    assert.deepEqual(verdict, { genuine: true, code: null, sentence: 'The service answered 200.', instance: '' })
  })

  test('rejects for text that is no JSON object, for a long response, and for one that does not end in time', async () => {
    await assert.rejects(ask(url, '/page', { context }), SyntaxError)
    await assert.rejects(ask(url, '/null', { context }), TypeError)
    await assert.rejects(ask(url, '/long', { context }), RangeError)
    await assert.rejects(ask(url, '/never', { context, timeoutMs: 50 }), /no response in time|aborted/)
  })
})
