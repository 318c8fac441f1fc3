import { type App, failures, ok, pageRoute, Success } from '@signet/service'
import Type from 'typebox'
import type { SessionOptions } from './options.js'
import { SignOutPage } from './page.js'
import { presentsCredential } from './presented.js'
import { renewSession } from './renew.js'
import { signOut } from './revoke.js'

/** Registers sign-out and renewal, for the API and for the pages of both apps. */
export async function sessionRoutes(app: App, options: SessionOptions): Promise<void> {
  app.post(
    '/api/logout',
    {
      config: { auth: 'allow-expired' },
      schema: {
        tags: ['sign-in'],
        operationId: 'logout',
        summary: 'Sign out of every app',
        description:
          'Works with an expired token, and when already signed out. 409 when no session was found for a credential: it may still be active.',
        response: { 200: Success(Type.Null()), ...failures(403, 409, 503) },
      },
    },
    async (request, reply) => {
      await signOut(options, request, reply)
      return ok(null)
    },
  )

  const { name } = options.cookies.refresh
  app.apiSecuritySchemes.refresh = { type: 'apiKey', in: 'cookie', name, description: 'The refresh token.' }
  app.post(
    '/api/token/refresh',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['sign-in'],
        security: [{ refresh: [] }],
        operationId: 'refreshToken',
        summary: 'Renew a session',
        description:
          'With the cookie signet_refresh. Renews both cookies. Concurrent requests with one refresh token all get the same successor.',
        response: {
          200: Success(
            Type.Object({ expiresAt: Type.String({ description: 'Expiry of the new token, ISO 8601 UTC' }) }),
          ),
          ...failures(401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      const { exp } = await renewSession(options, request, reply)
      return ok({ expiresAt: new Date(exp * 1000).toISOString() })
    },
  )

  app.get('/renewal', { config: { auth: 'none' }, schema: { hide: true } }, async (request, reply) => {
    // Only requests of same-site pages carry the cookie. A GET may renew, because it changes nothing that the user sees: a
    // session that could be renewed stays active.
    reply.header('cross-origin-resource-policy', 'same-site')
    await renewSession(options, request, reply)
    return reply.code(204).send()
  })

  app.post('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) => {
    await signOut(options, request, reply)
    return reply.redirect('/sign-in?signed_out=1', 303)
  })

  app.get('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) =>
    // Without a valid token, the refresh token may still identify a session.
    request.identity || presentsCredential(options, request)
      ? reply.page(SignOutPage({ frame: request.pageFrame() }))
      : reply.redirect('/sign-in?signed_out=1', 303),
  )
}
