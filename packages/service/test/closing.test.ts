import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { test } from 'node:test'
import { createTestService } from './support.js'

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
  socket.write(`${body}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`)
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
