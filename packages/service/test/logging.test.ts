import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import Fastify from 'fastify'
import { loggerOptions, RequestLog } from '../src/logging.js'

/** What is logged of one request, at a level. */
async function linesOf(level: string, request: { method: 'GET' | 'POST'; url: string }): Promise<string[]> {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(`${JSON.parse(String(chunk)).level} ${JSON.parse(String(chunk)).msg}`)
      done()
    },
  })
  const app = Fastify({ logger: { ...loggerOptions('test', level), stream }, logController: new RequestLog() })
  app.get('/read', async () => 'read')
  app.post('/changed', async () => 'changed')
  app.get('/refused', async (_request, reply) => reply.code(403).send('no'))
  app.get('/broken', async () => {
    throw new Error('broken')
  })
  await app.inject(request)
  await app.close()
  return lines
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
