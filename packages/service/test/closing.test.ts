import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import Fastify from 'fastify'
import { whenOver } from '../src/http/answer-end.js'
import { closing } from '../src/http/closing.js'
import { createTestService } from './support.js'

const GET = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n'

test('a request on an open connection during shutdown is served, then the connection closes', async () => {
  const app = await createTestService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8')
  await once(socket, 'connect')
  let answers = ''
  socket.on('data', (text: string) => {
    answers += text
  })
  const body = '{"text":"still here"}'
  socket.write(
    `POST /api/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  await once(app.server, 'request')

  const closed = app.close()
  while (app.server.listening) await setImmediate()
  // The pending request, and one more from a front door that has not noticed the shutdown.
  socket.write(`${body}${GET}`)
  await once(socket, 'close')
  await closed
  assert.deepEqual(answers.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 200'])
  assert.match(answers, /connection: close/i)
})

test('a keep-alive connection that was serving a request ends after its response', async () => {
  const app = await createTestService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8')
  let answers = ''
  socket.on('data', (text: string) => {
    answers += text
  })
  socket.write(
    'POST /api/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n',
  )
  await once(app.server, 'request')
  const closed = app.close()
  while (app.server.listening) await setImmediate()
  socket.write('{"text":"last"}')
  await once(socket, 'close')
  await closed
  assert.match(answers, /^HTTP\/1\.1 200/)
})

test('behind a front door, an idle connection still carries a POST while the service begins to close', async () => {
  // Longer than any test: the service stops draining when no connection is open.
  const app = await createTestService({ trustProxy: ['127.0.0.1'], httpLimits: { drainMs: 600_000 } })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const idle = connect(port, '127.0.0.1').setEncoding('utf8')
  idle.write(GET)
  const [first] = await once(idle, 'data')
  assert.match(first, /connection: keep-alive/i)

  const closed = app.close()
  let answered = ''
  while (!/connection: close/i.test(answered)) answered = await health(port)
  const body = '{"text":"last"}'
  idle.write(
    `POST /api/notes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  const [last] = await once(idle, 'data')
  assert.match(last, /^HTTP\/1\.1 200/)
  assert.match(last, /connection: close/i)
  await closed
})

/** Sends three requests on connections of their own, and notifies this thread through shared memory when all are established. */
const THREE_REQUESTS = `
  const { connect } = require('node:net')
  const { once } = require('node:events')
  const { parentPort, workerData: { port, request, connected } } = require('node:worker_threads')
  Promise.all([1, 2, 3].map(async () => {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8')
    await once(socket, 'connect')
    socket.write(request)
    Atomics.add(connected, 0, 1)
    Atomics.notify(connected, 0)
    return once(socket, 'data').then(([text]) => text, (error) => error.code)
  })).then((answers) => parentPort.postMessage(answers))`

test('a connection that the service has not accepted when it begins to close is served', async () => {
  const app = await createTestService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const connected = new Int32Array(new SharedArrayBuffer(4))
  const { port } = app.server.address() as AddressInfo
  const worker = new Worker(THREE_REQUESTS, { eval: true, workerData: { port, request: GET, connected } })
  await once(worker, 'online')
  // Nothing is accepted while this thread waits.
  for (let count = 0; count < 3; count = Atomics.load(connected, 0)) Atomics.wait(connected, 0, count)
  const [[answers]] = await Promise.all([once(worker, 'message'), app.close()])
  for (const answer of answers) assert.match(answer, /^HTTP\/1\.1 200/)
})

test('a connection that sends nothing does not delay the end', { timeout: 30_000 }, async () => {
  const app = await createTestService()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const spare = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  await once(spare, 'connect')
  await Promise.all([once(spare, 'close'), app.close()])
})

test('a request that never arrives whole does not delay the end, and a slow response is sent', {
  timeout: 30_000,
}, async () => {
  const app = Fastify({ forceCloseConnections: 'idle' })
  await app.register(closing, { drainMs: 0 })
  app.addHook('onRequest', async (_request, reply) => whenOver(reply, () => {}))
  // Longer than a closing server waits for a request to arrive.
  app.get('/slow', () => setTimeout(3_000, 'served'))
  app.post('/', async () => 'never')
  const accepted: Socket[] = []
  app.server.on('connection', (socket) => accepted.push(socket))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const send = (bytes: string) => {
    const socket = connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('error', () => {})
    socket.write(bytes)
    return socket
  }
  const slow = send(GET.replace('healthz', 'slow'))
  const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n'
  const incomplete = ['P', head, `${head}\r\n1`, `${GET}G`].map((bytes) => send(bytes).resume())
  while (accepted.length < 5 || accepted.some(({ bytesRead }) => bytesRead === 0)) await setImmediate()
  const ended = Promise.all([app.close(), ...incomplete.map((socket) => once(socket, 'close'))])
  const [answer] = await once(slow, 'data')
  assert.match(answer, /served$/)
  await ended
})

test('the service stops listening before other plugins finish their work', async () => {
  const app = Fastify()
  await app.register(closing, { drainMs: 0 })
  let wasListening: boolean | undefined
  app.addHook('preClose', async () => {
    wasListening = app.server.listening
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  await app.close()
  assert.equal(wasListening, false)
})

/** Returns the response to a request on a new connection. */
async function health(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  socket.write(GET)
  const [text] = await once(socket, 'data')
  socket.destroy()
  return text
}
