import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import type { App } from '../../src/index.js'
import { createTestService } from '../support.js'

const ROWS: ReadonlyArray<readonly [why: string, request: string, status: number, code: string]> = [
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'invalid_request'],
  ['a method that does not exist', 'FOO /api/notes HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'invalid_request'],
  ['a header that is none', 'GET / HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n', 400, 'invalid_request'],
  [
    'two lengths of one body',
    'POST /api/notes HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n',
    400,
    'invalid_request',
  ],
  [
    'headers without end',
    `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(140_000)}\r\n\r\n`,
    431,
    'invalid_request',
  ],
  [
    'an expectation that nobody meets',
    'POST /api/notes HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n{}',
    417,
    'invalid_request',
  ],
  // Browsers and `inject` normalize it: only a program sends it.
  [
    'a way out of the assets as it stands',
    'GET /assets/../package.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    404,
    'not_found',
  ],
]

describe('unparsable requests over a real socket', () => {
  let app: App
  let port: number
  before(async () => {
    app = await createTestService()
    await app.listen({ port: 0, host: '127.0.0.1' })
    port = (app.server.address() as AddressInfo).port
  })
  after(() => app.close())

  for (const [why, request, status, code] of ROWS) {
    test(`${status} ${code}: ${why}`, async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(request)
      const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n')
      assert.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
      const { error, ...others } = JSON.parse(body)
      assert.deepEqual(others, { status: 'error', code })
      assert.match(error, /^[A-Z].*\.$/, 'a sentence')
      for (const header of [
        'content-type: application/json',
        'cache-control: no-store',
        'x-content-type-options: nosniff',
      ]) {
        assert.ok(head.toLowerCase().includes(header), `${header} in ${head}`)
      }
    })
  }
})
