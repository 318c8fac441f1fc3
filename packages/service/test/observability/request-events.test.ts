import assert from 'node:assert/strict'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { createLoggingApp, createTestService, issueToken } from '../support.js'

test('arrivals are told before anything else, completions once, with the answer and its time', async () => {
  const { app } = await createLoggingApp('silent')
  const told: unknown[] = []
  app.onArrival((request) => told.push(`arrived ${request.url}`))
  app.onCompletion((request, reply, durationMs) => told.push([request.url, reply.statusCode, durationMs > 0]))
  app.addHook('onRequest', async () => told.push('hook'))
  app.get('/', async () => told.push('handler') && 'answer')
  await app.inject('/')
  await app.inject('/nothing')
  await app.close()
  assert.deepEqual(told, [
    'arrived /',
    'hook',
    'handler',
    ['/', 200, true],
    'arrived /nothing',
    'hook',
    ['/nothing', 404, true],
  ])
})

test('a listener that throws is logged, and harms neither the answer, nor the next listener, nor the next request', async () => {
  const { app, lines } = await createLoggingApp('info')
  app.onCompletion(() => {
    throw new Error('hunter2')
  })
  let told = 0
  app.onCompletion(() => {
    told += 1
  })
  app.get('/', async () => 'answer')
  for (let n = 0; n < 2; n += 1) {
    const { statusCode, body } = await app.inject('/')
    assert.deepEqual([statusCode, body], [200, 'answer'])
  }
  await app.close()
  assert.equal(told, 2)
  assert.deepEqual(
    lines.map(({ level, msg, err }) => [level, msg, (err as Error).message]),
    [
      [50, 'a completed request was not noted', 'hunter2'],
      [50, 'a completed request was not noted', 'hunter2'],
    ],
  )
})

test('of a request whose client has broken off nothing completes', async (t) => {
  const { app } = await createLoggingApp('silent')
  t.after(() => app.close())
  const completed: string[] = []
  app.onCompletion((request) => completed.push(request.url))
  const arrived = new Promise<void>((resolve) => app.onArrival(() => resolve()))
  const gone = new Promise<void>((resolve) => {
    app.get('/slow', async (request) => {
      await new Promise((closed) => request.raw.socket.once('close', closed))
      resolve()
      return 'too late'
    })
  })
  app.get('/next', async () => 'next')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /slow HTTP/1.1\r\nHost: test\r\n\r\n')
  await arrived
  socket.resetAndDestroy()
  await gone
  await (await fetch(`http://127.0.0.1:${port}/next`)).text()
  assert.deepEqual(completed, ['/next'])
})

test('who am I? is listened to by Node and by nothing more than what counts it: each listener costs every request', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  let listeners: unknown
  app.onArrival((_request, { raw }) => {
    // When all hooks have been passed.
    setImmediate(() => {
      listeners = Object.fromEntries(raw.eventNames().map((event) => [event, raw.listenerCount(event)]))
    })
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const answer = await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${issueToken()}` } })
  assert.equal(answer.status, 200)
  assert.deepEqual(listeners, { finish: 2 })
})
