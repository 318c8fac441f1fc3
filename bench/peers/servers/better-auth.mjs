// better-auth as documented, with PostgreSQL, on Node's own server: `get-session` returns the user.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'
import { listening, PERSON } from '../response.mjs'

const database = new pg.Pool({ connectionString: process.env.PEER_DATABASE_URL })
const server = createServer()
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  const options = {
    database,
    baseURL: `http://127.0.0.1:${port}`,
    secret: process.env.PEER_SECRET,
    emailAndPassword: { enabled: true },
    // The load comes from one address and exceeds its limits.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  }
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  const auth = betterAuth(options)
  const handle = toNodeHandler(auth)
  server.on('request', async (request, response) => {
    if (request.url !== '/login') return handle(request, response)
    const body = { email: `ada-${Date.now()}@example.org`, password: 'analytical-engine', name: PERSON.name }
    const signedUp = await auth.api.signUpEmail({ body, asResponse: true })
    response.writeHead(signedUp.status, { 'set-cookie': signedUp.headers.getSetCookie() }).end()
  })
  listening(port, { path: '/api/auth/get-session' })
})
