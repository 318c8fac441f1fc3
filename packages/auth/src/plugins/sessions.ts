import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { defineCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { recentAuthentication } from '../recent-authentication.js'
import { RefreshReuseError } from '../refresh/rotate.js'
import { statusReference } from '../revocation/reference.js'
import { type SessionContext, type SessionsOptions, signedIn } from '../sessions/context.js'
import { sessionCookies } from '../sessions/cookies.js'
import { createSession, reauthenticateSession, replaceSessions } from '../sessions/create.js'
import { issuerCredentials, presentedSessions } from '../sessions/presented.js'
import { renewSession } from '../sessions/renew.js'
import { sessionRoutes } from '../sessions/routes.js'
import { sendBack } from '../sessions/send-back.js'
import type { UserSessions } from '../sessions/user-sessions.js'
import type { AccessTokenClaims } from '../tokens/access-token.js'
import { isUuid } from '../uuid.js'
import { plainAnswers } from './answer-format.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The functions of the issuer's sessions. */
    readonly userSessions: UserSessions
  }
}

/**
 * Creates, renews, lists and revokes the sessions of users, over a {@link SessionStore}. Registers `POST /api/logout`, `POST
 * /api/token/refresh`, `GET /renewal`, `GET` and `DELETE /api/sessions` and `DELETE /api/sessions/:id`.
 *
 * Does *not* protect from other sites: register `sameOrigin` first. Does *not* delete old sessions: the store does.
 */
export const sessions = fastifyPlugin<SessionsOptions>(
  async (app, options) => {
    const { store, issuer, cookieScope, refreshKeys, statusLists, onRenewal } = options
    const cookies = sessionCookies(cookieScope)
    const markRevoked = (statusNumbers: readonly bigint[]) => {
      for (const number of statusNumbers)
        statusLists?.markRevoked({ status: { status_list: statusReference(issuer, number) } })
    }
    const context: SessionContext = {
      ...options,
      cookies,
      trips: defineCookie('trips', { ...cookieScope, domain: undefined }),
      recent: recentAuthentication(cookieScope, refreshKeys),
      markRevoked,
      revoke: async (ids, userId) => {
        const ended = ids.length === 0 ? [] : await store.end(ids, userId)
        markRevoked(ended)
        return ended.length
      },
    }

    const call = (request: FastifyRequest, reply: FastifyReply) => ({ ...context, request, reply, now: new Date() })

    async function renew(request: FastifyRequest, reply: FastifyReply): Promise<AccessTokenClaims> {
      try {
        const { claims, replayed } = await renewSession(call(request, reply))
        onRenewal?.(replayed ? 'replayed' : 'rotated')
        return claims
      } catch (error) {
        const reused = error instanceof RefreshReuseError
        onRenewal?.(reused ? 'reuse_detected' : error instanceof AuthError ? error.code : 'failed')
        if (reused) request.log.warn({ sid: error.sid }, 'revoked a session because its refresh token was reused')
        throw error
      }
    }

    async function revokePresented(request: FastifyRequest): Promise<boolean> {
      const { sids, complete } = await presentedSessions(context, request)
      await context.revoke(sids)
      return complete
    }

    const userSessions: UserSessions = {
      cookies,
      create: ((request, reply, user, options = {}) =>
        createSession(call(request, reply), user, options)) as UserSessions['create'],
      renew,
      sendBack: (request, reply, back) => sendBack(call(request, reply), back),
      list: async (request) => store.list(signedIn(request).id, options.sessionIdleTtlSeconds),
      revokeOwn: async (request, id) => {
        const { id: userId } = signedIn(request)
        if (isUuid(id) && (await context.revoke([id], userId)) > 0) return
        throw new AuthError('not_found', undefined, {}, 'You have no session with this id. It may have ended already.')
      },
      replaceAll: (request, reply, work) => replaceSessions(call(request, reply), work),
      revokePresented,
      presentsCredential: (request) => issuerCredentials(context, request).length > 0,
      signOut: async (request, reply) => {
        if (!(await revokePresented(request))) throw new AuthError('session_unknown')
        cookies.clear(reply)
        for (const { cookie } of app.serverSessions.values()) cookie.clear(reply)
        context.recent.clear(reply)
      },
      reauthenticated: (request, reply, amr) => reauthenticateSession(call(request, reply), amr),
      proved: (request, now) => context.recent.presented(request, signedIn(request).sid, now),
    }
    app.decorate('userSessions', userSessions)
    sessionRoutes(app, userSessions, options.answers ?? plainAnswers)
  },
  { name: '@signet/sessions', fastify: '5.x', dependencies: ['@signet/issuing'] },
)
