import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { timeLimit } from '../../src/http/time-limit.js'
import { createTestService } from '../support.js'

const LIMIT_MS = 50

/** A service whose handlers are let go one by one, over real HTTP. */
async function slowService(t: TestContext) {
  const app = Fastify()
  await app.register(timeLimit, { limitMs: LIMIT_MS })
  const held: (() => void)[] = []
  const hold = () => new Promise<void>((resolve) => held.push(resolve))
  t.after(() => {
    for (const letGo of held) letGo()
    return app.close()
  })
  return { app, hold }
}

for (const [method, body] of [
  ['GET', undefined],
  ['POST', '{"a":1}'],
] as const) {
  test(`a handler that does not answer a ${method} is answered for`, async (t) => {
    const { app, hold } = await slowService(t)
    app.route({ method, url: '/', handler: async () => hold() })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1'])
    assert.equal(((await answer.json()) as { code: string }).code, 'unavailable')
  })
}

test('a handler that was in time is heard, and one that waits for nothing has no limit', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { app, hold } = await slowService(t)
  app.get('/', async () => 'in time')
  app.get('/unlimited', { config: { timeLimit: false } }, async () => {
    t.mock.timers.tick(2 * LIMIT_MS)
    return 'late'
  })
  app.get('/limited', async () => {
    t.mock.timers.tick(2 * LIMIT_MS)
    await hold()
  })
  for (const [url, status, expected] of [
    ['/', 200, /^in time$/],
    ['/unlimited', 200, /^late$/],
    ['/limited', 503, /unavailable/],
  ] as const) {
    const { statusCode, body } = await app.inject(url)
    assert.equal(statusCode, status, url)
    assert.match(body, expected)
  }
})

test('an answer that has begun is not broken off, even before its first byte', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { app } = await slowService(t)
  app.get('/', (_request, reply) =>
    reply.send(
      Readable.from(
        (async function* () {
          t.mock.timers.tick(2 * LIMIT_MS)
          yield 'one '
          t.mock.timers.tick(2 * LIMIT_MS)
          yield 'two'
        })(),
      ),
    ),
  )
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  assert.equal(await (await fetch(url)).text(), 'one two')
})

test('the limit of a service is fifteen seconds, and its answer has the shape of any other', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  const beginning = once(app.server, 'never')
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const answering = app.inject({ method: 'POST', url: '/api/never', payload: { a: 1 } })
  await beginning
  let answered = false
  answering.then(() => {
    answered = true
  })
  t.mock.timers.tick(14_999)
  await new Promise(setImmediate)
  assert.equal(answered, false)
  t.mock.timers.tick(1)
  const { statusCode, body } = await answering
  assert.equal(statusCode, 503)
  assert.equal(JSON.parse(body).code, 'unavailable')
})

test('a client that stops reading is not waited for: a connection on which nothing moves ends after a minute', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  assert.equal(app.server.timeout, 60_000)
})
