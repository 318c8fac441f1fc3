// GET /api/me under concurrency: every user gets their own response.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import type { Identity } from '@signet/auth/verifier'
import Fastify from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { me } from '../../src/http/me.js'
import { createTestService, issueToken } from '../support.js'

const PERSON = {
  id: 'u-1',
  username: 'ada',
  name: 'Ada',
  strategy: 'jwt',
  sid: 's-1',
  expiresAt: '2026-01-01T00:00:00.000Z',
}
const asked = (token: string) => ({ url: '/api/me', headers: { cookie: `signet_token=${token}` } })

test('concurrent users each get their own data, with new and cached tokens', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  const people = Array.from({ length: 20 }, (_, n) => ({ name: `Person ${n}`, token: issueToken(`Person ${n}`) }))
  for (let sight = 1; sight <= 3; sight += 1) {
    const answers = await Promise.all(people.map(({ token }) => app.inject(asked(token))))
    assert.deepEqual(
      answers.map((answer) => answer.json().data.name),
      people.map(({ name }) => name),
    )
  }
})

test('a disconnected client does not affect the other responses', async (t) => {
  const app = await createTestService()
  t.after(() => app.close())
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as { port: number }
  const token = issueToken()
  const leaving = Array.from({ length: 20 }, async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET /api/me HTTP/1.1\r\nHost: test\r\nCookie: signet_token=${token}\r\n\r\n`, () => socket.destroy())
    await once(socket, 'close')
  })
  await Promise.all(leaving)
  const answer = await fetch(`http://127.0.0.1:${port}/api/me`, { headers: { cookie: `signet_token=${token}` } })
  assert.equal(answer.status, 200)
})

test('an error while sending a response fails that request, not the process', async (t) => {
  const app = Fastify()
  t.after(() => app.close())
  await app.register(
    fastifyPlugin(
      async (scope) => {
        scope.decorateRequest('identity', null)
        scope.addHook('onRequest', async (request) => {
          request.identity = { ...PERSON } as Identity
        })
      },
      { name: '@signet/authentication' },
    ),
  )
  let broken = true
  app.addHook('onRequest', (_request, { raw }, done) => {
    const { writeHead } = raw
    if (broken) {
      raw.writeHead = () => {
        raw.writeHead = writeHead
        throw new Error('while sending')
      }
    }
    broken = false
    done()
  })
  await app.register(me, { service: 'test' })
  assert.equal((await app.inject('/api/me')).statusCode, 500)
  assert.equal((await app.inject('/api/me')).statusCode, 200)
})
