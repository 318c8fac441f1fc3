import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { mock, test } from 'node:test'
import { createLoggingApp } from '../support.js'

/** Returns the log lines of one request at a level. */
async function linesOf(level: string, request: { method: 'GET' | 'POST'; url: string }): Promise<string[]> {
  const { app, lines } = await createLoggingApp(level)
  app.get('/read', async () => 'read')
  app.post('/changed', async () => 'changed')
  app.get('/refused', async (_request, reply) => reply.code(403).send('no'))
  app.get('/broken', async () => {
    throw new Error('broken')
  })
  await app.inject(request)
  await app.close()
  return lines.map((line) => `${line.level} ${line.msg}`)
}

for (const [level, method, url, expected] of [
  ['info', 'GET', '/read', []],
  ['debug', 'GET', '/read', ['20 request completed']],
  ['info', 'POST', '/changed', ['30 request completed']],
  ['info', 'GET', '/refused', ['30 request completed']],
  ['info', 'GET', '/broken', ['50 broken', '30 request completed']],
  ['error', 'GET', '/broken', ['50 broken']],
  ['error', 'POST', '/changed', []],
] as const) {
  test(`at ${level}, ${method} ${url} is logged as ${JSON.stringify(expected)}`, async () => {
    assert.deepEqual(await linesOf(level, { method, url }), expected)
  })
}

const ID = '0197f3c2-9f4e-7d60-8a3b-2f1f6c5f0d11'
for (const [url, path] of [
  ['/accounts?token=secret', '/accounts'],
  [`/accounts/${ID}?token=secret`, `/accounts/${ID}`],
  ['/lists/12', '/lists/12'],
  ['/steps/12', '/steps/12'],
  ['/accounts/analytical-engine', '/accounts/:id'],
  [`/accounts/${ID}%20analytical-engine`, '/accounts/:id'],
  ['/files/analytical-engine', '/files/*'],
  ['/analytical-engine', 'unknown'],
] as const) {
  test(`client input in a URL is not logged: ${url}`, async () => {
    const { app, lines } = await createLoggingApp('debug')
    for (const route of ['/accounts', '/accounts/:id', '/lists/:id', '/files/*']) app.get(route, async () => 'read')
    const params = { type: 'object', properties: { step: { type: 'integer' } } }
    app.get('/steps/:step', { schema: { params } }, async () => 'read')
    app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('none'))
    await app.inject(url)
    await app.close()
    assert.deepEqual(
      lines.map(({ req }) => (req as { path: string } | undefined)?.path),
      [path],
    )
    assert.doesNotMatch(JSON.stringify(lines), /secret|analytical/)
  })
}

test("a log line of a handler has the request's id and trace, and no secret", async () => {
  const { app, lines } = await createLoggingApp('info', { genReqId: () => 'request-1' })
  app.get('/says', async (request) => {
    assert.equal(request.log.level, 'info')
    request.log.debug('not at this level')
    request.log.info({ password: 'secret', what: 'said' }, 'here')
    request.log.child({ part: 'one' }).warn('there')
    return 'said'
  })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  await app.inject({ url: '/says', headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } })
  await app.close()
  const parts = lines.map(({ level, reqId, traceId, parentSpanId, msg, password, what, part }) => ({
    line: [level, msg],
    request: [reqId, traceId, parentSpanId],
    fields: [password, what, part],
  }))
  const request = ['request-1', traceId, 'b7ad6b7169203331']
  assert.deepEqual(parts, [
    { line: [30, 'here'], request, fields: ['[redacted]', 'said', undefined] },
    { line: [40, 'there'], request, fields: [undefined, undefined, 'one'] },
  ])
})

test('a request whose client disconnected before the response has no log line', async (t) => {
  const { app, lines } = await createLoggingApp('debug')
  t.after(() => app.close())
  const events = new EventEmitter()
  const arrived = once(events, 'arrived')
  const handled = once(events, 'handled')
  app.get('/slow', async (request) => {
    events.emit('arrived')
    await new Promise((closed) => request.raw.socket.once('close', closed))
    events.emit('handled')
    return 'too late'
  })
  app.get('/next', async () => 'next')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /slow HTTP/1.1\r\nHost: test\r\n\r\n')
  await arrived
  socket.resetAndDestroy()
  await handled
  await (await fetch(`http://127.0.0.1:${port}/next`)).text()
  const completed = lines.flatMap(({ msg, req }) =>
    msg === 'request completed' ? [(req as { path: string }).path] : [],
  )
  assert.deepEqual(completed, ['/next'])
})

test('a request that logs nothing has no child logger created for it', async () => {
  const { app } = await createLoggingApp('info')
  const child = mock.method(app.log, 'child')
  app.get('/quiet', async () => 'quiet')
  app.post('/changed', async () => 'changed')
  await app.inject('/quiet')
  assert.equal(child.mock.callCount(), 0)
  await app.inject({ method: 'POST', url: '/changed' })
  assert.equal(child.mock.callCount(), 1)
  await app.close()
})
