import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { ClientDisconnected, closedSignal } from '../../src/index.js'
import { createTestService } from '../support.js'

const REQUEST =
  'POST /held HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}'

/** Reports the abort signal of each held request. */
async function holdingService(t: TestContext): Promise<{ app: FastifyInstance; signals: AbortSignal[] }> {
  const app = Fastify()
  const signals: AbortSignal[] = []
  app.post('/held', (_request, reply) => {
    const signal = closedSignal(reply)
    signals.push(signal)
    app.server.emit('held')
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  app.post('/answered', async (_request, reply) => {
    signals.push(closedSignal(reply))
    return 'answered'
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.after(() => app.close())
  return { app, signals }
}

async function connectTo({ server }: FastifyInstance): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  assert.ok(signal)
  if (!signal.aborted) await once(signal, 'abort')
  assert.ok(signal.reason instanceof ClientDisconnected)
}

test('a disconnect is detected, and a fully read body is no disconnect', async (t) => {
  const { app, signals } = await holdingService(t)
  const socket = await connectTo(app)
  const held = once(app.server, 'held')
  socket.write(REQUEST)
  await held
  await new Promise(setImmediate)
  assert.equal(signals[0]?.aborted, false)
  socket.destroy()
  await untilAborted(signals[0])
})

test('the signal aborts after the response was sent', async (t) => {
  const { app, signals } = await holdingService(t)
  const { port } = app.server.address() as AddressInfo
  assert.equal(await (await fetch(`http://127.0.0.1:${port}/answered`, { method: 'POST' })).text(), 'answered')
  await untilAborted(signals[0])
  await app.inject({ method: 'POST', url: '/answered' })
  await untilAborted(signals[1])
})

test('a closed connection aborts all of its responses, also queued ones', async (t) => {
  const { app, signals } = await holdingService(t)
  const socket = await connectTo(app)
  const allHeld = new Promise<void>((resolve) => {
    app.server.on('held', () => {
      if (signals.length === 20) resolve()
    })
  })
  socket.write(REQUEST.repeat(20))
  await allHeld
  socket.resetAndDestroy()
  await Promise.all(signals.map(untilAborted))
})

test('a signal requested after a disconnect is aborted at once', async (t) => {
  const app = Fastify()
  t.after(() => app.close())
  let found: AbortSignal | undefined
  const looked = new Promise<void>((resolve) => {
    app.post('/held', async (request, reply) => {
      app.server.emit('held')
      await once(request.raw.socket, 'close')
      found = closedSignal(reply)
      resolve()
    })
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = await connectTo(app)
  const held = once(app.server, 'held')
  socket.write(REQUEST)
  await held
  socket.destroy()
  await looked
  assert.equal(found?.aborted, true)
})

test('work stopped by a disconnect is not counted as a failure', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = await connectTo(app)
  const held = once(app.server, 'never')
  socket.write(REQUEST.replace('/held', '/api/never'))
  const [signal] = await held
  socket.destroy()
  await untilAborted(signal)
  await new Promise(setImmediate)
  const counted = await app.metrics.getSingleMetric('error_answers_total')?.get()
  assert.deepEqual(counted?.values, [])
})
