// Hono's JWT middleware as documented, with the token in a cookie.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { jwt, sign } from 'hono/jwt'
import { CLAIMS, listening, meResponse } from '../response.mjs'

const secret = process.env.PEER_SECRET
const app = new Hono()
app.post('/login', async (context) => {
  const exp = Math.floor(Date.now() / 1000) + 3_600
  setCookie(context, 'token', await sign({ ...CLAIMS, exp }, secret, 'HS256'), { httpOnly: true })
  return context.json({ status: 'ok' })
})
app.use('/api/*', jwt({ secret, cookie: 'token', alg: 'HS256' }))
app.get('/api/me', (context) => context.json(meResponse(context.get('jwtPayload'), 'jwt')))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => listening(port))
