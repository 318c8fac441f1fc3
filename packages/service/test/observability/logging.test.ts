import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyBaseLogger } from 'fastify'
import { createLoggingApp } from '../support.js'

/** What is logged of one request, at a level. */
async function linesOf(level: string, request: { method: 'GET' | 'POST'; url: string }): Promise<string[]> {
  const { app, lines } = await createLoggingApp(level)
  app.get('/read', async () => 'read')
  app.post('/changed', async () => 'changed')
  app.get('/refused', async (_request, reply) => reply.code(403).send('no'))
  app.get('/broken', async () => {
    throw new Error('broken')
  })
  await app.inject(request)
  await app.close()
  return lines.map((line) => `${line.level} ${line.msg}`)
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

const ID = '0197f3c2-9f4e-7d60-8a3b-2f1f6c5f0d11'
for (const [url, path] of [
  ['/accounts?token=secret', '/accounts'],
  [`/accounts/${ID}?token=secret`, `/accounts/${ID}`],
  ['/lists/12', '/lists/12'],
  ['/steps/12', '/steps/12'],
  ['/accounts/analytical-engine', '/accounts/:id'],
  [`/accounts/${ID}%20analytical-engine`, '/accounts/:id'],
  ['/files/analytical-engine', '/files/*'],
  ['/analytical-engine', 'unknown'],
] as const) {
  test(`of an address nothing is logged that somebody else chose: ${url}`, async () => {
    const { app, lines } = await createLoggingApp('debug')
    for (const route of ['/accounts', '/accounts/:id', '/lists/:id', '/files/*']) app.get(route, async () => 'read')
    const params = { type: 'object', properties: { step: { type: 'integer' } } }
    app.get('/steps/:step', { schema: { params } }, async () => 'read')
    app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('none'))
    await app.inject(url)
    await app.close()
    assert.deepEqual(
      lines.map(({ req }) => (req as { path: string } | undefined)?.path),
      [path],
    )
    assert.doesNotMatch(JSON.stringify(lines), /secret|analytical/)
  })
}

test('a request that logs nothing has no logger made for it; one that does has all that a logger of its own has', async () => {
  const { app, lines } = await createLoggingApp('info', { genReqId: () => 'request-1' })
  let made = 0
  const { child } = app.log
  app.log.child = function counted(this: FastifyBaseLogger, ...about: Parameters<typeof child>) {
    made += 1
    return child.apply(this, about)
  } as typeof child
  app.get('/quiet', async () => 'quiet')
  app.get('/says', async (request) => {
    assert.equal(request.log.level, 'info')
    request.log.debug('not at this level')
    request.log.info({ password: 'secret', what: 'said' }, 'here')
    request.log.child({ part: 'one' }).warn('there')
    return 'said'
  })
  await app.inject('/quiet')
  assert.equal(made, 0)
  await app.inject('/says')
  await app.close()
  assert.equal(made, 2)
  const about = lines.map(({ level, reqId, msg, password, what, part }) => ({
    level,
    reqId,
    msg,
    password,
    what,
    part,
  }))
  assert.deepEqual(about, [
    { level: 30, reqId: 'request-1', msg: 'here', password: '[redacted]', what: 'said', part: undefined },
    { level: 40, reqId: 'request-1', msg: 'there', password: undefined, what: undefined, part: 'one' },
  ])
})
