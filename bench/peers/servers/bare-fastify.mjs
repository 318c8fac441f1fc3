// The ceiling: the same answer by the same framework, and nobody is recognised.
import Fastify from 'fastify'
import { listening, meAnswer, meSchema, PERSON } from '../answer.mjs'

const app = Fastify()
app.get('/api/me', { schema: meSchema }, async () => meAnswer(PERSON, 'none'))
await app.listen({ port: 0, host: '127.0.0.1' })
listening(app.server.address().port)
