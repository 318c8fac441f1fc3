// @fastify/jwt as in its README, section "cookie".
import cookie from '@fastify/cookie'
import jwt from '@fastify/jwt'
import Fastify from 'fastify'
import { CLAIMS, listening, meResponse, meSchema } from '../response.mjs'

const app = Fastify()
app.register(jwt, { secret: process.env.PEER_SECRET, cookie: { cookieName: 'token', signed: false } })
app.register(cookie)
app.post('/login', async (_request, reply) => {
  const token = await reply.jwtSign(CLAIMS, { expiresIn: '1h' })
  return reply.setCookie('token', token, { path: '/', httpOnly: true }).send({ status: 'ok' })
})
app.register(async (inside) => {
  inside.addHook('onRequest', (request) => request.jwtVerify())
  inside.get('/api/me', { schema: meSchema }, async (request) => meResponse(request.user, 'jwt'))
})
await app.listen({ port: 0, host: '127.0.0.1' })
listening(app.server.address().port)
