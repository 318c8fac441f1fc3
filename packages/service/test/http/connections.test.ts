import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { App } from '../../src/index.js'
import { createTestService } from '../support.js'

const HOST = 'Host: localhost\r\n'
const JSON_OF = (length: number) => `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

async function connectTo({ server }: App): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Sends a text byte by byte until the server closes the connection. */
function drip(t: TestContext, socket: Socket, bytes: string): void {
  let at = 0
  const timer = setInterval(() => socket.write(bytes[at++ % bytes.length] ?? ''), 20)
  t.after(() => clearInterval(timer))
  socket.on('error', () => {})
  socket.on('end', () => clearInterval(timer))
}

const statusesIn = (answers: string): string[] => answers.match(/HTTP\/1\.1 \d{3}/g) ?? []

describe('a slow client', () => {
  let app: App
  before(async () => {
    app = await createTestService({ httpLimits: { arrivalMs: 300, checkEveryMs: 50 } })
    await app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(() => app.close())

  const rows: ReadonlyArray<readonly [what: string, first: string, dripped: string]> = [
    [
      'a request line',
      '',
      'GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    ],
    ['headers', `GET /healthz HTTP/1.1\r\n${HOST}`, 'X-A: b\r\n'],
    ['a body', `POST /api/notes HTTP/1.1\r\n${HOST}${JSON_OF(9_999)}{"text":"`, 'a'],
    [
      'a chunked body',
      `POST /api/notes HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      '1\r\na\r\n',
    ],
  ]
  for (const [what, first, dripped] of rows) {
    test(`that sends ${what} one byte at a time gets 408, and its connection ends`, async (t) => {
      const socket = await connectTo(app)
      socket.write(first)
      drip(t, socket, dripped)
      assert.deepEqual(statusesIn(await text(socket)), ['HTTP/1.1 408'])
    })
  }

  test('that sends no request gets no response when its connection ends', async () => {
    const socket = await connectTo(app)
    assert.equal(await text(socket), '')
  })

  test('that already has its response gets no second one', async () => {
    const socket = await connectTo(app)
    // Refused by its content type before the body arrives.
    socket.write(`POST /form HTTP/1.1\r\n${HOST}${JSON_OF(9_999)}{`)
    assert.deepEqual(statusesIn(await text(socket)), ['HTTP/1.1 415'])
  })

  test('is not counted as a failure of the service', async () => {
    const counted = await app.metrics.getSingleMetric('error_answers_total')?.get()
    assert.deepEqual(
      counted?.values.map(({ labels }) => labels.code),
      ['unsupported_media_type'],
    )
  })
})

test('a process limits its connections', async (t) => {
  const app = await createTestService({ httpLimits: { connections: 2 } })
  t.after(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const first = await connectTo(app)
  const second = await connectTo(app)
  const dropped = once(app.server, 'drop')
  const third = await connectTo(app)
  const ended = text(third)
  await dropped
  assert.equal(await ended, '')
  first.write(`GET /healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`)
  assert.deepEqual(statusesIn(await text(first)), ['HTTP/1.1 200'])
  second.destroy()
})

test('an aborted upload is not a failure of the service', async (t) => {
  const app = await createTestService()
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => app.close())
  const bodies = [
    `POST /api/notes HTTP/1.1\r\n${HOST}${JSON_OF(99)}{"text":`,
    `POST /form HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\na=`,
    `POST /api/notes HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"t`,
  ]
  for (const body of bodies) {
    const socket = await connectTo(app)
    const asked = once(app.server, 'request')
    socket.write(body)
    const [request] = await asked
    const ended = new Promise((resolve) => request.once('close', resolve))
    socket.resetAndDestroy()
    await ended
    await new Promise(setImmediate)
  }
  const counted = await app.metrics.getSingleMetric('error_answers_total')?.get()
  assert.deepEqual(counted?.values, [])
})

describe('an unparsable request behind a pending one', () => {
  let app: App
  before(async () => {
    app = await createTestService({ httpLimits: { arrivalMs: 300, checkEveryMs: 50 } })
    await app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(() => app.close())

  const rows: ReadonlyArray<readonly [what: string, request: string, statuses: number[]]> = [
    ['no request at all', 'hello\r\n\r\n', [200, 400]],
    ['headers that are too long', `GET / HTTP/1.1\r\nX: ${'y'.repeat(140_000)}\r\n\r\n`, [200, 431]],
    ['half a request', 'GET / HTTP', [200, 408]],
    ['half a body', `POST /api/notes HTTP/1.1\r\n${HOST}${JSON_OF(99)}{`, [200, 408]],
    ['another one before it', `GET /healthz HTTP/1.1\r\n${HOST}\r\nhello\r\n\r\n`, [200, 200, 400]],
    ['another one that is refused before it', `GET /%zz HTTP/1.1\r\n${HOST}\r\nhello\r\n\r\n`, [200, 400, 400]],
  ]
  for (const [what, request, statuses] of rows) {
    test(`gets its response after it: ${what}`, async () => {
      const socket = await connectTo(app)
      const under = once(app.server, 'later')
      socket.write(`GET /api/later HTTP/1.1\r\n${HOST}\r\n`)
      const [answer] = await under
      const unread = once(app.server, 'clientError')
      socket.write(request)
      await unread
      answer()
      const answers = await text(socket)
      assert.deepEqual(
        statusesIn(answers),
        statuses.map((status) => `HTTP/1.1 ${status}`),
      )
      assert.match(answers, /^HTTP\/1\.1 200 .*?"data":"later"/s)
    })
  }
})
