import { type App, failures, isUuid, ok, pageRoute, ServiceError, Success, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { signOutElsewhere } from './create.js'
import { listSessions } from './list.js'
import type { SessionOptions } from './options.js'
import { revokeSessions } from './revoke.js'
import { SecurityPage } from './security-page.js'
import { emptySecuritySlots } from './security-slots.js'

const Session = Type.Object({
  id: Type.String(),
  current: Type.Boolean(),
  strategy: Type.String(),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
  expiresAt: Type.String(),
  userAgent: Type.String(),
  address: Type.String(),
})
const SecurityQuery = Type.Object({ done: Type.Optional(Type.Unknown()), problem: Type.Optional(Type.Unknown()) })

/** Registers `/security` and its API: lists a user's sessions and revokes them. */
export async function securityRoutes(app: App, options: SessionOptions): Promise<void> {
  const { db, sessionIdleTtlSeconds } = options
  const slots = emptySecuritySlots()
  app.decorate('securitySlots', slots)
  async function endOne(request: FastifyRequest, id: string): Promise<void> {
    if (!isUuid(id) || (await revokeSessions(options, { ids: [id], userId: signedIn(request).id })) === 0) {
      throw new ServiceError('not_found', 'You have no session with this id. It may have ended already.')
    }
  }

  app.get(
    '/api/sessions',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'listSessions',
        summary: 'List your active sessions',
        response: { 200: Success(Type.Array(Session)), ...failures(401, 503) },
      },
    },
    async (request) => {
      const { id: userId, sid } = signedIn(request)
      const sessions = await listSessions(db, userId, sessionIdleTtlSeconds)
      return ok(
        sessions.map(({ createdAt, lastSeenAt, expiresAt, ...session }) => ({
          ...session,
          current: session.id === sid,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
        })),
      )
    },
  )

  app.delete<{ Params: { id: string } }>(
    '/api/sessions/:id',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'endSession',
        summary: 'Revoke a session',
        params: Type.Object({ id: Type.String() }),
        response: { 200: Success(Type.Null()), ...failures(401, 403, 404, 503) },
      },
    },
    async (request) => {
      await endOne(request, request.params.id)
      return ok(null)
    },
  )

  app.delete(
    '/api/sessions',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'endOtherSessions',
        summary: 'Sign out everywhere else',
        description:
          'Revokes every session of this user and gives the caller a new one, so that copies of its cookies are refused too.',
        response: {
          200: Success(Type.Union([Type.String({ description: 'The JWT' }), Type.Null()])),
          ...failures(401, 403, 503),
        },
      },
    },
    async (request, reply) => ok(await signOutElsewhere(options, request, reply)),
  )

  app.get('/security', pageRoute({ querystring: SecurityQuery }), async (request, reply) => {
    const { id: userId, sid: currentId } = signedIn(request)
    const sessions = await listSessions(db, userId, sessionIdleTtlSeconds)
    const done = slots.done.get(request.query.done)
    const problem = slots.problems.get(request.query.problem)
    const sections = await Promise.all(slots.sections.map((section) => section(request)))
    const frame = request.pageFrame('security')
    return reply.page(SecurityPage({ frame, sessions, currentId, done, problem, sections }))
  })

  app.post('/security/end', pageRoute({ body: Type.Object({ id: Type.String() }) }), async (request, reply) => {
    await endOne(request, request.body.id)
    return reply.redirect('/security?done=one', 303)
  })

  app.post('/security/end-others', pageRoute(), async (request, reply) => {
    await signOutElsewhere(options, request, reply)
    return reply.redirect('/security?done=others', 303)
  })
}
