import * as auth from '@signet/auth/issuer'
import {
  AuthError,
  authentication,
  followStatusLists,
  parseSecrets,
  safeReturnTo,
  sameOrigin,
} from '@signet/auth/verifier'
import Fastify, { type FastifyInstance } from 'fastify'
import { common, cookieScope } from './shared.js'

/** Creates the issuer: it signs users in, renews, lists and revokes their sessions, and publishes the status list. */
export async function createIssuer(issuer: string, audiences: string[], secret: string, refreshSecret: string) {
  const app: FastifyInstance = Fastify()
  const keys = parseSecrets(secret)
  const passwords = await auth.createPasswords({ concurrency: 1, queueLength: 16 })
  const users = [{ id: '1', username: 'ada', name: 'Ada', hash: await passwords.hash('analytical-engine') }]
  const store = auth.memorySessionStore((id) => users.find((user) => user.id === id))
  const statusLists = followStatusLists({ issuer, source: store.statusLists, maxAgeSeconds: 60 })
  app.addHook('onClose', async () => {
    statusLists.close()
    await passwords.close()
  })

  await app.register(sameOrigin, { origin: issuer })
  await app.register(authentication, { ...common, keys, issuer, audience: issuer, statusLists })
  await app.register(auth.issuing, { ...common, keys, issuer, audiences })
  await app.register(auth.publishing, { keys, statusLists: store.statusLists })
  await app.register(auth.sessions, {
    store,
    issuer,
    cookieScope,
    statusLists,
    refreshKeys: parseSecrets(refreshSecret),
    sessionTtlSeconds: 43_200,
    sessionIdleTtlSeconds: 3_600,
  })

  app.post<{ Body: Record<string, string> }>('/api/login', { config: { auth: 'none' } }, async (request, reply) => {
    const { username, password = '' } = request.body
    const user = users.find((one) => one.username === username)
    const { valid } = await passwords.verify(user?.hash ?? null, password)
    if (!user || !valid) throw new AuthError('invalid_credentials')
    await app.userSessions.revokePresented(request)
    await app.userSessions.create(request, reply, user)
    return { hello: user.name }
  })

  app.get<{ Querystring: { return_to?: string; reason?: string } }>(
    '/sign-in',
    { config: { auth: 'optional' } },
    async (request, reply) => {
      const { return_to: asked, reason } = request.query
      const returnTo = safeReturnTo(asked, audiences, issuer)
      if (await app.userSessions.sendBack(request, reply, { returnTo, reason })) return reply
      return { signIn: 'POST /api/login' }
    },
  )
  return app
}
