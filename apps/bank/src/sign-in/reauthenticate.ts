import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, failures, ok, Success, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { counted, type OutcomeCounter } from '../outcomes.js'
import { Typed } from '../printable-text.js'
import { touchAuthTime } from '../sessions/store.js'
import { checkPassword } from './check-password.js'

const Reauthentication = Type.Object({ password: Typed(1024) }, { additionalProperties: false })

/**
 * The password typed again in a sign-in that goes on: a new token as a cookie, with a new `auth_time` and the same `sid`.
 *
 * @throws what `checkPassword` throws, and {AuthError} `token_revoked` when the sign-in ended meanwhile.
 */
export async function reauthenticate(
  { db, reauthentications }: { readonly db: BankDatabase; readonly reauthentications: OutcomeCounter },
  request: FastifyRequest,
  reply: FastifyReply,
  password: string,
): Promise<{ token: string | null; authTimeSeconds: number }> {
  const identity = signedIn(request)
  const { id, username, name, sid } = identity
  await counted(reauthentications, () => checkPassword({ db }, request, reply, { username, password }))
  const authTimeSeconds = Math.floor(Date.now() / 1000)
  const session = await touchAuthTime(db, sid, new Date(authTimeSeconds * 1000))
  if (!session) throw new AuthError('token_revoked', 'the sign-in ended meanwhile')
  if (identity.strategy !== 'jwt') {
    const sessions = request.server.serverSessions.get(identity.strategy)
    await sessions?.replace(request, { ...identity.record, authTimeSeconds })
    return { token: null, authTimeSeconds }
  }
  const { statusNumber } = session
  const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
  const person = { id, username, name, sid, authTimeSeconds, expiresBySeconds, statusNumber }
  const { token } = request.server.issueToken(person)
  request.server.userSessions.cookies.token.set(reply, token, expiresBySeconds - authTimeSeconds)
  return { token, authTimeSeconds }
}

export async function reauthenticateRoutes(app: App): Promise<void> {
  app.post(
    '/api/reauthenticate',
    {
      schema: {
        tags: ['sign-in'],
        summary: 'Type the password again',
        description: 'Within the same sign-in: the new token, or the session, has a new auth_time.',
        body: Reauthentication,
        response: {
          200: Success(Type.Union([Type.String({ description: 'The JWT' }), Type.Null()])),
          ...failures(400, 401, 403, 415, 429, 503),
        },
      },
    },
    async (request, reply) => ok((await app.reauthenticate(request, reply, request.body.password)).token),
  )
}
