import {
  type AccessTokenClaims,
  type CookieDefinition,
  type CookieReading,
  type CookieScope,
  carriesBearer,
  readCookie,
  readToken,
  sessionChange,
} from '@signet/auth/verifier'
import { type App, callContext, failures, ok, pageRoute, ServiceError, Success } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { endAtBank } from './end-at-bank.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds a listener that runs after the bank has revoked the sessions of a request. */
    onRevokedAtBank(listener: (request: FastifyRequest) => void): void
  }
}

export interface SignOutOptions {
  readonly bankUrl: string
  readonly bankInternalUrl: string
  /** This service's public origin. */
  readonly origin: string
  readonly tokenCookie: CookieDefinition
  readonly cookieScope: CookieScope
}

/** Registers the sign-out, which asks the bank to revoke the session for every app. */
export const signOut = fastifyPlugin(signOutRoutes, {
  name: '@signet/retirement-sign-out',
  fastify: '5.x',
  dependencies: ['@signet/authentication'],
})

async function signOutRoutes(app: App, options: SignOutOptions): Promise<void> {
  const { bankUrl, bankInternalUrl, origin, tokenCookie } = options
  const change = sessionChange(options.cookieScope)
  const listeners: ((request: FastifyRequest) => void)[] = []
  app.decorate('onRevokedAtBank', (listener) => {
    listeners.push(listener)
  })

  /**
   * Returns all credentials of a request without reading them: only the bank knows its memory sessions, and only it can
   * tell whether it found every session. Pages use cookies only.
   */
  function credentialsOf({ headers, routeOptions }: FastifyRequest): Record<string, string> {
    const cookies = [tokenCookie, ...[...app.serverSessions.values()].map(({ cookie }) => cookie)].flatMap(
      ({ name }) => {
        return valuesOf(readCookie(headers.cookie, name)).map((value) => `${name}=${value}`)
      },
    )
    const { authorization } = headers
    return {
      ...(authorization !== undefined && carriesBearer(headers) && !routeOptions.config.page ? { authorization } : {}),
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
    }
  }

  /** Returns the sessions that this service can identify itself. */
  async function knownSessions({ headers }: FastifyRequest): Promise<Pick<AccessTokenClaims, 'status'>[]> {
    const tokens = [
      readToken(headers, tokenCookie.name, 'header-or-cookie'),
      readCookie(headers.cookie, tokenCookie.name),
    ]
    const lookups: Promise<Pick<AccessTokenClaims, 'status'> | undefined>[] = [
      ...tokens.flatMap(valuesOf).map(app.sessionOfToken),
      ...[...app.serverSessions.values()].flatMap(({ cookie: { name }, findById }) =>
        valuesOf(readCookie(headers.cookie, name)).map(findById),
      ),
    ]
    // A session that cannot be read now is refused at the next request, by the status list.
    const found = await Promise.allSettled(lookups)
    return found.flatMap((lookup) => (lookup.status === 'fulfilled' && lookup.value ? [lookup.value] : []))
  }

  /** The cookies are cleared only once the bank has revoked every session, so that a failed sign-out can be repeated. */
  async function endEverywhere(request: FastifyRequest, reply: FastifyReply, credentials: Record<string, string>) {
    if (Object.keys(credentials).length > 0) {
      const ending = await knownSessions(request)
      await endAtBank(bankInternalUrl, credentials, callContext(request))
      for (const session of ending) app.statusLists.markRevoked(session)
      for (const listener of listeners) listener(request)
    }
    tokenCookie.clear(reply)
    for (const { cookie } of app.serverSessions.values()) cookie.clear(reply)
    change.signedOut(reply)
  }

  app.post(
    '/api/logout',
    {
      config: { auth: 'allow-expired' },
      schema: {
        tags: ['sign-in'],
        operationId: 'logout',
        summary: 'Sign out of every app',
        description:
          'Works with an expired token, and when already signed out. The bank is notified server to server. 409 when no session was found for a credential: it may still be active.',
        response: { 200: Success(Type.Null()), ...failures(403, 409, 503) },
      },
    },
    async (request, reply) => {
      await endEverywhere(request, reply, credentialsOf(request))
      return ok(null)
    },
  )

  app.post('/sign-out', pageRoute({ auth: 'allow-expired' }), async (request, reply) => {
    const credentials = credentialsOf(request)
    // The bank asks the user to confirm, and can find the session by its refresh cookie.
    const leaveToBank = () => reply.redirect(`${bankUrl}/sign-out`, 303)
    if (Object.keys(credentials).length === 0) return leaveToBank()
    try {
      await endEverywhere(request, reply, credentials)
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'session_unknown') return leaveToBank()
      throw error
    }
    const query = new URLSearchParams({ signed_out: '1', return_to: `${origin}/` })
    return reply.redirect(`${bankUrl}/sign-in?${query}`, 303)
  })
}

const valuesOf = ({ count, value, others }: CookieReading): string[] => (count === 0 ? [] : [value, ...others])
