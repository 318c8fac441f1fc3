import type { Passwords } from '@signet/auth/issuer'
import { AuthError, defineCookie, readCookie, safeReturnTo } from '@signet/auth/verifier'
import { type App, type Frame, failures, ok, Success } from '@signet/service'
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { beginSession, type SessionOptions } from '../sessions/begin.js'
import { endSession } from '../sessions/store.js'
import { Typed } from '../typed.js'
import { checkPassword } from './check-password.js'
import { SignInPage } from './page.js'
import { sentenceOf } from './rules.js'

export interface SignInRoutesOptions extends SessionOptions {
  readonly passwords: Passwords
  readonly frame: Frame
  readonly bankUrl: string
  readonly origins: readonly string[]
  readonly https: boolean
  readonly demo: boolean
}

const Credentials = Type.Object(
  { username: Typed(256), password: Typed(1024), strategy: Type.Optional(Type.Literal('jwt')) },
  { additionalProperties: false },
)
const SignInForm = Type.Object({
  username: Typed(256),
  password: Typed(1024),
  return_to: Type.Optional(Type.Unknown()),
})
const SignInQuery = Type.Object({
  return_to: Type.Optional(Type.Unknown()),
  reason: Type.Optional(Type.Unknown()),
  signed_out: Type.Optional(Type.Unknown()),
})

/** An app that refuses a token which the bank takes would send the person round and round: within this time, once. */
const BOUNCE_SECONDS = 10

export async function signInRoutes(app: App, options: SignInRoutesOptions): Promise<void> {
  const { db, passwords, frame, bankUrl, origins, demo } = options
  const bounceCookie = defineCookie('signet_bounce', { domain: undefined, secure: options.https })
  const target = (value: unknown) => safeReturnTo(value, origins, `${bankUrl}/`)

  app.post(
    '/api/login',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign in',
        description: 'Sets the cookie that every app accepts, and answers the same JWT for clients without cookies.',
        body: Credentials,
        response: { 200: Success(Type.String({ description: 'The JWT' })), ...failures(400, 401, 403, 413, 415, 503) },
      },
    },
    async (request, reply) => {
      const person = await checkPassword(db, passwords, request.body)
      return ok(await beginSession(options, person, request, reply))
    },
  )

  app.get<{ Querystring: { return_to?: unknown; reason?: unknown; signed_out?: unknown } }>(
    '/sign-in',
    { config: { auth: 'optional', page: true }, schema: { hide: true, querystring: SignInQuery } },
    async (request, reply) => {
      const returnTo = target(request.query.return_to)
      const bounced = readCookie(request.headers.cookie, bounceCookie.name).count > 0
      if (request.identity && new URL(returnTo).origin === bankUrl) return reply.redirect(returnTo, 303)
      if (request.identity && !bounced) {
        bounceCookie.set(reply, '1', BOUNCE_SECONDS)
        return reply.redirect(returnTo, 303)
      }
      const reason = typeof request.query.reason === 'string' ? request.query.reason : request.authError?.code
      const text = sentenceOf(reason)
      const notice =
        request.query.signed_out === '1'
          ? { kind: 'success' as const, text: 'You are signed out of both apps.' }
          : text && { kind: 'info' as const, text }
      return reply.page(SignInPage({ frame: frame(request), returnTo, demo, ...(notice ? { notice } : {}) }))
    },
  )

  app.post<{ Body: { username: string; password: string; return_to?: unknown } }>(
    '/sign-in',
    { config: { auth: 'ending', page: true }, schema: { hide: true, body: SignInForm } },
    async (request, reply: FastifyReply) => {
      const returnTo = target(request.body.return_to)
      try {
        const person = await checkPassword(db, passwords, request.body)
        // Whoever signs in again leaves no earlier sign-in behind.
        if (request.identity) await endSession(db, request.identity.sid)
        await beginSession(options, person, request, reply)
      } catch (error) {
        if (!(error instanceof AuthError)) throw error
        request.log.info({ code: error.code }, 'sign-in refused')
        const { username } = request.body
        reply.code(error.statusCode).headers(error.headers)
        return reply.page(
          SignInPage({
            frame: { ...frame(request), person: undefined, nav: [] },
            returnTo,
            username,
            error: error.message,
            demo,
          }),
        )
      }
      return reply.redirect(returnTo, 303)
    },
  )
}
