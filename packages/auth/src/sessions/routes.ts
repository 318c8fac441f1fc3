import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AnswerFormat } from '../plugins/answer-format.js'
import type { UserSessions } from './user-sessions.js'

const Listed = Type.Object({
  id: Type.String(),
  current: Type.Boolean(),
  strategy: Type.String(),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
  expiresAt: Type.String(),
  userAgent: Type.String(),
  address: Type.String(),
})
const Renewed = Type.Object({ expiresAt: Type.String({ description: 'Expiry of the new token, ISO 8601 UTC' }) })
const Token = Type.Union([Type.String({ description: 'The JWT' }), Type.Null()])

/** Registers the API of sessions: sign-out, renewal, list and revocation. */
export function sessionRoutes(app: FastifyInstance, sessions: UserSessions, answers: AnswerFormat): void {
  const { ok, success, failures } = answers

  const logout = {
    tags: ['sign-in'],
    operationId: 'logout',
    summary: 'Sign out of every app',
    description:
      'Works with an expired token, and when already signed out. 409 when no session was found for a credential: it may still be active.',
    response: { 200: success(Type.Null()), ...failures(403, 409, 503) },
  }
  app.post('/api/logout', { config: { auth: 'allow-expired' }, schema: logout }, async (request, reply) => {
    await sessions.signOut(request, reply)
    return ok(null)
  })

  const refresh = {
    tags: ['sign-in'],
    security: [{ refresh: [] }],
    operationId: 'refreshToken',
    summary: 'Renew a session',
    description: `With the cookie ${sessions.cookies.refresh.name}. Renews both cookies. Concurrent requests with one refresh token all get the same successor.`,
    response: { 200: success(Renewed), ...failures(401, 403, 503) },
  }
  app.post('/api/token/refresh', { config: { auth: 'none' }, schema: refresh }, async (request, reply) => {
    const { exp } = await sessions.renew(request, reply)
    return ok({ expiresAt: new Date(exp * 1000) })
  })

  const renewal = { hide: true, response: {} }
  app.get('/renewal', { config: { auth: 'none' }, schema: renewal }, async (request, reply) => {
    // Only requests of same-site pages carry the cookie. A GET may renew, because it changes nothing that the user sees: a
    // session that could be renewed stays active.
    reply.header('cross-origin-resource-policy', 'same-site')
    await sessions.renew(request, reply)
    return reply.code(204).send()
  })

  const list = {
    tags: ['sessions'],
    operationId: 'listSessions',
    summary: 'List your active sessions',
    response: { 200: success(Type.Array(Listed)), ...failures(401, 503) },
  }
  app.get('/api/sessions', { schema: list }, async (request) => {
    const listed = await sessions.list(request)
    return ok(listed.map((session) => ({ ...session, current: session.id === request.identity?.sid })))
  })

  const endOne = {
    tags: ['sessions'],
    operationId: 'endSession',
    summary: 'Revoke a session',
    params: Type.Object({ id: Type.String() }),
    response: { 200: success(Type.Null()), ...failures(401, 403, 404, 503) },
  }
  app.delete<{ Params: { id: string } }>('/api/sessions/:id', { schema: endOne }, async (request) => {
    await sessions.revokeOwn(request, request.params.id)
    return ok(null)
  })

  const endOthers = {
    tags: ['sessions'],
    operationId: 'endOtherSessions',
    summary: 'Sign out everywhere else',
    description:
      'Revokes every session of this user and gives the caller a new one, so that copies of its cookies are refused too.',
    response: { 200: success(Token), ...failures(401, 403, 503) },
  }
  app.delete('/api/sessions', { schema: endOthers }, async (request, reply) =>
    ok(await sessions.replaceAll(request, reply)),
  )
}
