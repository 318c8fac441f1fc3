import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { timeLimit } from '../../src/http/time-limit.js'
import { createTestService } from '../support.js'

const LIMIT_MS = 50

/** Starts a service whose handlers the test releases one by one, over real HTTP. */
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
  test(`a ${method} whose handler does not respond gets 503`, async (t) => {
    const { app, hold } = await slowService(t)
    app.route({ method, url: '/', handler: async () => hold() })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) })
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1'])
    assert.equal(((await answer.json()) as { code: string }).code, 'unavailable')
  })
}

test('a handler within the limit responds, and a handler without a limit may take longer', async (t) => {
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

test('a response that has begun is not cut off, even before its first byte', async (t) => {
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

test('the limit of a service is fifteen seconds, and its response has the usual error format', async (t) => {
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

test('a connection whose client stops reading closes after a minute', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  assert.equal(app.server.timeout, 60_000)
})
