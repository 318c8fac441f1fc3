// @fastify/session as in its README, with connect-redis.
import cookie from '@fastify/cookie'
import session from '@fastify/session'
import { RedisStore } from 'connect-redis'
import Fastify from 'fastify'
import { createClient } from 'redis'
import { listening, meResponse, meSchema, PERSON } from '../response.mjs'

const client = createClient({ url: process.env.PEER_REDIS_URL })
await client.connect()
const app = Fastify()
app.register(cookie)
app.register(session, {
  secret: process.env.PEER_SECRET,
  store: new RedisStore({ client, prefix: 'fastify:' }),
  saveUninitialized: false,
  cookie: { secure: false },
})
app.post('/login', async (request) => {
  request.session.set('user', PERSON)
  return { status: 'ok' }
})
app.get('/api/me', { schema: meSchema }, async (request, reply) => {
  const user = request.session.get('user')
  return user ? meResponse(user, 'session') : reply.code(401).send({ status: 'error' })
})
await app.listen({ port: 0, host: '127.0.0.1' })
listening(app.server.address().port)
