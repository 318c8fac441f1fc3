// The ceiling: the same response from the same framework, without authentication.
import Fastify from 'fastify'
import { listening, meResponse, meSchema, PERSON } from '../response.mjs'

const app = Fastify()
app.get('/api/me', { schema: meSchema }, async () => meResponse(PERSON, 'none'))
await app.listen({ port: 0, host: '127.0.0.1' })
listening(app.server.address().port)
