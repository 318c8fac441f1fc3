import { AuthError } from '@signet/auth/verifier'
import { type App, failures, ok, Success, signedIn } from '@signet/service'
import Type from 'typebox'
import type { SessionOptions } from '../sessions/begin.js'
import { touchAuthTime } from '../sessions/store.js'
import { Typed } from '../typed.js'
import { checkPassword, type PasswordCheck } from './check-password.js'

const Reauthentication = Type.Object({ password: Typed(1024) }, { additionalProperties: false })

/** Typing the password again in a sign-in that goes on: a new `auth_time`, the same `sid`. */
export async function reauthenticateRoutes(app: App, options: SessionOptions & PasswordCheck): Promise<void> {
  const { db, cookies } = options
  app.post(
    '/api/reauthenticate',
    {
      schema: {
        tags: ['sign-in'],
        summary: 'Type the password again',
        description: 'Within the same sign-in: the new token has a new auth_time.',
        body: Reauthentication,
        response: { 200: Success(Type.String({ description: 'The JWT' })), ...failures(400, 401, 403, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const { id, username, name, sid } = signedIn(request)
      await checkPassword(options, { username, password: request.body.password, address: request.ip })
      const authTimeSeconds = Math.floor(Date.now() / 1000)
      const session = await touchAuthTime(db, sid, new Date(authTimeSeconds * 1000))
      if (!session) throw new AuthError('token_revoked', 'the sign-in ended meanwhile')
      const { statusNumber } = session
      const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
      const { token } = app.issueToken({ id, username, name, sid, authTimeSeconds, expiresBySeconds, statusNumber })
      cookies.token.set(reply, token, expiresBySeconds - authTimeSeconds)
      return ok(token)
    },
  )
}
