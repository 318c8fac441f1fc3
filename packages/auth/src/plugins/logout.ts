import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { type CookieScope, defineCookie } from '../cookies.js'
import { AuthError } from '../errors.js'
import { fetchText } from '../fetch-text.js'
import type { StatusLists } from '../revocation/follow.js'
import { sessionChange } from '../session-change.js'
import { presentedCredentials } from '../tokens/presented-credentials.js'
import { type AnswerFormat, plainAnswers } from './answer-format.js'

export interface LogoutOptions {
  /** The issuer's origin for requests of this service. */
  readonly internalUrl: string
  readonly cookieScope: CookieScope
  /** Refuses the session in this process at once. Without it, this process waits for the status list too. */
  readonly statusLists?: Pick<StatusLists, 'markRevoked'>
  /** Returns further headers of the request to the issuer, such as those of a trace. */
  readonly headersOf?: (request: FastifyRequest) => Readonly<Record<string, string>>
  /** Called after the issuer has revoked the sessions of a request. */
  readonly onRevoked?: (request: FastifyRequest) => void
  readonly answers?: AnswerFormat
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Asks the issuer to revoke the sessions of a request's credentials, then clears the cookies. The credentials are the proof: a
     * client that has one may revoke its session.
     *
     * Rejects with an {@link AuthError} `session_unknown` when the issuer did not find the session of a credential, `unavailable`
     * when it did not confirm. The cookies stay, so that the sign-out can be repeated.
     */
    logout(request: FastifyRequest, reply: FastifyReply): Promise<void>
  }
}

/** The issuer responds within milliseconds; after this time it counts as down. */
const TIMEOUT_MS = 3_000

/**
 * Signs out at a verifier, for every app. Registers `POST /api/logout`, for the `sessions` of the issuer.
 *
 * Does *not* protect from other sites: register `sameOrigin` first.
 */
export const logout = fastifyPlugin<LogoutOptions>(
  async (app, { internalUrl, cookieScope, statusLists, headersOf, onRevoked, answers = plainAnswers }) => {
    const tokenCookie = defineCookie('token', cookieScope)
    const change = sessionChange(cookieScope)

    /** Sends the credentials as they are: only the issuer can tell whether it found every session. */
    async function askIssuer(headers: Readonly<Record<string, string>>): Promise<void> {
      const url = new URL('/api/logout', internalUrl)
      const send = () => fetchText(url, { method: 'POST', headers, timeoutMs: TIMEOUT_MS })
      // Revoking twice is harmless. A second request reaches another replica when the first one was being replaced.
      const { status } = await send()
        .catch(send)
        .catch((error: unknown) => {
          throw unconfirmed(error)
        })
      if (status === 409) throw new AuthError('session_unknown')
      if (status !== 200) throw unconfirmed(new Error(`the issuer responded with ${status}`))
    }

    app.decorate('logout', async (request, reply) => {
      const credentials = presentedCredentials(request, tokenCookie)
      const cookie = credentials
        .flatMap(({ cookieName, values }) => (cookieName ? values.map((value) => `${cookieName}=${value}`) : []))
        .join('; ')
      const { authorization } = credentials.some(({ cookieName }) => !cookieName) ? request.headers : {}
      if (credentials.length > 0) {
        // A session that cannot be read now is refused at the next request, by the status list.
        const known = await Promise.allSettled(
          credentials.flatMap(({ values, sessionOf }) => values.map((value) => sessionOf(value))),
        )
        await askIssuer({ ...(authorization && { authorization }), ...(cookie && { cookie }), ...headersOf?.(request) })
        for (const found of known) {
          if (found.status === 'fulfilled' && found.value) statusLists?.markRevoked(found.value)
        }
        onRevoked?.(request)
      }
      tokenCookie.clear(reply)
      for (const { cookie } of app.serverSessions.values()) cookie.clear(reply)
      change.signedOut(reply)
    })

    const schema = {
      tags: ['sign-in'],
      operationId: 'logout',
      summary: 'Sign out of every app',
      description:
        'Works with an expired token, and when already signed out. The issuer is notified server to server. 409 when no session was found for a credential: it may still be active.',
      response: { 200: answers.success(Type.Null()), ...answers.failures(403, 409, 503) },
    }
    app.post('/api/logout', { config: { auth: 'allow-expired' }, schema }, async (request, reply) => {
      await app.logout(request, reply)
      return answers.ok(null)
    })
  },
  { name: '@signet/logout', fastify: '5.x', dependencies: ['@signet/authentication'] },
)

function unconfirmed(cause: unknown): AuthError {
  const sentence = 'Your sign-out was not confirmed, so you may still be signed in. Try again in a moment.'
  return Object.assign(new AuthError('unavailable', 'the logout at the issuer', { 'retry-after': '1' }, sentence), {
    cause,
  })
}
