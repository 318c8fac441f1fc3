// express-session as in its README, with connect-redis.
import { RedisStore } from 'connect-redis'
import express from 'express'
import session from 'express-session'
import { createClient } from 'redis'
import { listening, meResponse, PERSON } from '../response.mjs'

const client = createClient({ url: process.env.PEER_REDIS_URL })
await client.connect()
const app = express()
app.use(
  session({
    store: new RedisStore({ client, prefix: 'express:' }),
    secret: process.env.PEER_SECRET,
    resave: false,
    saveUninitialized: false,
  }),
)
app.post('/login', (request, response) => {
  request.session.user = PERSON
  response.json({ status: 'ok' })
})
app.get('/api/me', (request, response) => {
  if (!request.session.user) return response.status(401).json({ status: 'error' })
  return response.json(meResponse(request.session.user, 'session'))
})
const server = app.listen(0, '127.0.0.1', () => listening(server.address().port))
