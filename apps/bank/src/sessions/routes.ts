import { type App, pageRoute, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { ComponentChildren } from 'preact'
import Type from 'typebox'
import { SecurityPage, SignOutPage } from './page.js'

/** What other features add to `/security` before the service is ready. */
interface SecuritySlots {
  /** Sections below the sessions, in this order. */
  readonly sections: ((request: FastifyRequest) => Promise<ComponentChildren>)[]
  /** Confirms an action after its redirect: the value of the query parameter `done`, and a sentence. */
  readonly done: Map<unknown, string>
  /** Says why an action was refused: the value of `problem`, and a sentence. */
  readonly problems: Map<unknown, string>
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly securitySlots: SecuritySlots
  }
}

const emptySecuritySlots = (): SecuritySlots => ({
  sections: [],
  done: new Map([
    ['one', 'The device has been signed out.'],
    ['others', 'You have been signed out everywhere else.'],
  ]),
  problems: new Map(),
})

const SecurityQuery = Type.Object({ done: Type.Optional(Type.Unknown()), problem: Type.Optional(Type.Unknown()) })

export function sessionRoutes(app: App): void {
  const { userSessions } = app
  const slots = emptySecuritySlots()
  app.decorate('securitySlots', slots)

  app.post('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) => {
    await userSessions.signOut(request, reply)
    return reply.redirect('/sign-in?signed_out=1', 303)
  })

  app.get('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) =>
    // Without a valid token, the refresh token may still identify a session.
    request.identity || userSessions.presentsCredential(request)
      ? reply.page(SignOutPage({ frame: request.pageFrame() }))
      : reply.redirect('/sign-in?signed_out=1', 303),
  )

  app.get('/security', pageRoute({ querystring: SecurityQuery }), async (request, reply) => {
    const { sid: currentId } = signedIn(request)
    const sessions = await userSessions.list(request)
    const done = slots.done.get(request.query.done)
    const problem = slots.problems.get(request.query.problem)
    const sections = await Promise.all(slots.sections.map((section) => section(request)))
    const frame = request.pageFrame('security')
    return reply.page(SecurityPage({ frame, sessions, currentId, done, problem, sections }))
  })

  app.post('/security/end', pageRoute({ body: Type.Object({ id: Type.String() }) }), async (request, reply) => {
    await userSessions.revokeOwn(request, request.body.id)
    return reply.redirect('/security?done=one', 303)
  })

  app.post('/security/end-others', pageRoute(), async (request, reply) => {
    await userSessions.replaceAll(request, reply)
    return reply.redirect('/security?done=others', 303)
  })
}
