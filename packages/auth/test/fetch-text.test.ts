import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fetchText } from '../src/verifier.js'
import { collectGarbageAgainAndAgain } from './garbage.js'

/** Only a hang takes this long. */
const PATIENT_MS = 120_000
const LIMITS = { timeoutMs: PATIENT_MS, maxBytes: 1_000 }

async function serve(t: TestContext, listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

/** Begins a response and never ends it. */
const stall: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-length': 100 })
  response.write('half')
}

test('sends the request and returns status, headers and text', async (t) => {
  const { url } = await serve(t, (request, response) => {
    request.setEncoding('utf8').on('data', (body) => {
      response.writeHead(418, { 'x-method': request.method ?? '', 'x-given': String(request.headers['x-given']) })
      response.end(`${body} ünïcödé`)
    })
  })
  const init = { method: 'POST', headers: { 'x-given': 'yes' }, body: 'sent' }
  const { status, headers, text } = await fetchText(url, { ...init, ...LIMITS })
  assert.deepEqual(
    [status, headers.get('x-method'), headers.get('x-given'), text],
    [418, 'POST', 'yes', 'sent ünïcödé'],
  )
})

test('a response without a body is an empty text', async (t) => {
  const { url } = await serve(t, (_request, response) => response.writeHead(304).end())
  assert.deepEqual((({ status, text }) => [status, text])(await fetchText(url, LIMITS)), [304, ''])
})

test('a text of the maximum size is accepted, and a longer one closes the connection', async (t) => {
  const { server, url } = await serve(t, (request, response) => {
    const long = request.url === '/?long'
    response.writeHead(200, long ? {} : { 'content-length': 1_000 })
    // Does not end the response, which would close the connection too.
    if (long) response.write('x'.repeat(1_001))
    else response.end('x'.repeat(1_000))
  })
  assert.equal((await fetchText(url, LIMITS)).text.length, 1_000)
  const closed = new Promise((resolve) => {
    server.on('connection', (socket: Socket) => socket.once('close', resolve))
    server.on('request', ({ socket }) => socket.once('close', resolve))
  })
  await assert.rejects(fetchText(`${url}?long`, LIMITS), RangeError)
  await closed
})

test('the default maximum is 4,096 bytes', async (t) => {
  const { url } = await serve(t, (request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))))
  assert.equal((await fetchText(`${url}4096`, { timeoutMs: PATIENT_MS })).text.length, 4_096)
  await assert.rejects(fetchText(`${url}4097`, { timeoutMs: PATIENT_MS }), RangeError)
})

for (const [when, listener] of [
  ['before its headers', () => {}],
  ['after its headers', stall],
] as ReadonlyArray<[string, RequestListener]>) {
  test(`a server that stalls ${when} times out and its connection closes, also after optimization and garbage collection`, async (t) => {
    const { server, url } = await serve(t, (request, response) => {
      if (request.url === '/stalls') listener(request, response)
      else response.end('an answer')
    })
    const leaving = new AbortController()
    const ask = (path: string, n: number, timeoutMs: number) =>
      fetchText(url + path, { ...LIMITS, timeoutMs, ...(n % 2 === 0 ? {} : { signal: leaving.signal }) })
    // An optimized function keeps no reference that it no longer needs.
    for (let round = 0; round < 150; round += 1)
      await Promise.all(Array.from({ length: 10 }, (_, n) => ask('answers', n, PATIENT_MS)))
    let open = 0
    const allClosed = new Promise<void>((resolve) => {
      server.on('request', ({ socket, url: path }) => {
        if (path !== '/stalls') return
        open += 1
        socket.once('close', () => {
          open -= 1
          if (open === 0) resolve()
        })
      })
    })
    collectGarbageAgainAndAgain(t)
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => ask('stalls', n, 500)))
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name),
      Array(20).fill('TimeoutError'),
    )
    await allClosed
  })
}

test('the signal aborts earlier', async (t) => {
  const { server, url } = await serve(t, stall)
  const leaving = new AbortController()
  const asking = fetchText(url, { ...LIMITS, signal: leaving.signal })
  await once(server, 'request')
  leaving.abort(new Error('not wanted any more'))
  await assert.rejects(asking, /not wanted any more/)
})

test('a redirect is an error', async (t) => {
  const { url } = await serve(t, (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  await assert.rejects(fetchText(url, LIMITS), TypeError)
})
