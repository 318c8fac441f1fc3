import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
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
  while (app.server.listening) await new Promise(setImmediate)
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
  while (app.server.listening) await new Promise(setImmediate)
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

/** Returns the response to a request on a new connection. */
async function health(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8')
  socket.write(GET)
  const [text] = await once(socket, 'data')
  socket.destroy()
  return text
}
