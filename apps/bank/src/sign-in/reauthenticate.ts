import type { Reauthenticated } from '@signet/auth/issuer'
import { type App, apiRoute, ok, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { counted } from '../outcomes.js'
import { Typed } from '../printable-text.js'
import { Token } from '../token-answer.js'
import { checkPassword, type PasswordOptions } from './check-password.js'

const Reauthentication = Type.Object({ password: Typed(1024) }, { additionalProperties: false })

/**
 * Verifies the password again within a session. Only the token or session of this response has the new `auth_time`. Renewals
 * and copies of the request's cookies keep the time of the login.
 *
 * @throws what `checkPassword` throws, and {AuthError} `token_revoked` when the session has ended since.
 */
export async function reauthenticate(
  options: PasswordOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<Reauthenticated> {
  const { username } = signedIn(request)
  const { reauthenticationOutcomes, userSessions } = request.server
  await counted(reauthenticationOutcomes, () => checkPassword(options, request, reply, { username, password }))
  return userSessions.reauthenticated(request, reply, ['pwd'])
}

export async function reauthenticateRoutes(app: App): Promise<void> {
  const description = apiRoute('sign-in', 'reauthenticate', 'Verify the password again', {
    description:
      'Keeps the session. Only the new token has the new auth_time; a renewal goes back to the time of the login.',
    body: Reauthentication,
    data: Token,
    failed: [400, 401, 403, 415, 429, 503],
  })
  app.post('/api/reauthenticate', description, async (request, reply) =>
    ok((await app.reauthenticate(request, reply, request.body.password)).token),
  )
}
