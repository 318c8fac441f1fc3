import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type App, failures, ok, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { counted } from '../outcomes.js'
import { Typed } from '../printable-text.js'
import { findSession, touchSession } from '../sessions/store.js'
import { TokenAnswer } from '../token-answer.js'
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
  const { reauthenticationOutcomes } = request.server
  await counted(reauthenticationOutcomes, () => checkPassword(options, request, reply, { username, password }))
  return renewAuthentication(options.db, request, reply, ['pwd'])
}

/** The result of a re-authentication. */
export interface Reauthenticated {
  /** Null for the session strategies. */
  readonly token: string | null
  readonly authTimeSeconds: number
  readonly amr: readonly string[]
}

/**
 * Sets a token or session with a new `auth_time`, and the proof of it, for a user who has just authenticated again.
 *
 * @param amr how the user did (RFC 8176)
 * @throws {AuthError} `token_revoked` when the session has ended since.
 */
export async function renewAuthentication(
  db: BankDatabase,
  request: FastifyRequest,
  reply: FastifyReply,
  amr: readonly string[],
): Promise<Reauthenticated> {
  const { id, username, name, sid, strategy } = signedIn(request)
  const session = (await touchSession(db, sid)) ? await findSession(db, sid) : null
  if (!session) throw new AuthError('token_revoked', 'the session ended meanwhile')
  const authTimeSeconds = Math.floor(request.receivedAtMs / 1000)
  const expiresBySeconds = Math.floor(session.expiresAt.getTime() / 1000)
  const remainingSeconds = expiresBySeconds - authTimeSeconds
  const { server } = request
  const subject = {
    id,
    username,
    name,
    sid,
    authTimeSeconds,
    amr,
    expiresBySeconds,
    statusNumber: session.statusNumber,
  }
  const { recent, cookies } = server.userSessions
  recent.set(reply, sid, { authTimeSeconds, amr }, authTimeSeconds)
  const sessions = server.serverSessions.get(strategy)
  if (sessions) {
    await sessions.create(reply, (sessionId) => server.issueSessionRecord(subject, sessionId), remainingSeconds)
    return { token: null, authTimeSeconds, amr }
  }
  const { token } = server.issueToken(subject)
  cookies.token.set(reply, token, remainingSeconds)
  return { token, authTimeSeconds, amr }
}

export async function reauthenticateRoutes(app: App): Promise<void> {
  app.post(
    '/api/reauthenticate',
    {
      schema: {
        tags: ['sign-in'],
        operationId: 'reauthenticate',
        summary: 'Verify the password again',
        description:
          'Keeps the session. Only the new token has the new auth_time; a renewal goes back to the time of the login.',
        body: Reauthentication,
        response: { 200: TokenAnswer, ...failures(400, 401, 403, 415, 429, 503) },
      },
    },
    async (request, reply) => ok((await app.reauthenticate(request, reply, request.body.password)).token),
  )
}
