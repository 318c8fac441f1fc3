import { AuthError, defineCookie, readCookie, safeReturnTo } from '@signet/auth/verifier'
import { type App, type Frame, failures, isTooOften, ok, Success } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { beginSession, type SessionOptions } from '../sessions/begin.js'
import { presentedSignIns } from '../sessions/presented.js'
import { renewSession } from '../sessions/renew.js'
import { endSessions } from '../sessions/store.js'
import { Typed } from '../typed.js'
import { checkPassword, type PasswordCheck } from './check-password.js'
import { countTrip, TRIPS_COOKIE_SECONDS } from './circle.js'
import { SignInPage } from './page.js'
import { sentenceOf } from './rules.js'

export interface SignInRoutesOptions extends SessionOptions, PasswordCheck {
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

export async function signInRoutes(app: App, options: SignInRoutesOptions): Promise<void> {
  const { db, frame, bankUrl, origins, demo } = options
  const tripsCookie = defineCookie('signet_trips', { domain: undefined, secure: options.https })
  const target = (value: unknown) => safeReturnTo(value, origins, `${bankUrl}/`)

  /** Whoever comes with a refresh token is renewed on the way and never sees this page; else the reason why not. */
  async function tryToRenew(request: FastifyRequest, reply: FastifyReply): Promise<'renewed' | AuthError | undefined> {
    if (readCookie(request.headers.cookie, options.cookies.refresh.name).count === 0) return undefined
    try {
      await renewSession(options, request, reply)
      return 'renewed'
    } catch (error) {
      if (error instanceof AuthError) return error
      throw error
    }
  }

  app.post(
    '/api/login',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['sign-in'],
        summary: 'Sign in',
        description: 'Sets the cookie that every app accepts, and answers the same JWT for clients without cookies.',
        body: Credentials,
        response: {
          200: Success(Type.String({ description: 'The JWT' })),
          ...failures(400, 401, 403, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      const person = await checkPassword(options, { ...request.body, address: request.ip })
      return ok(await beginSession(options, person, request, reply))
    },
  )

  app.get<{ Querystring: { return_to?: unknown; reason?: unknown; signed_out?: unknown } }>(
    '/sign-in',
    { config: { auth: 'optional', page: true }, schema: { hide: true, querystring: SignInQuery } },
    async (request, reply) => {
      const returnTo = target(request.query.return_to)
      const trips = countTrip(readCookie(request.headers.cookie, tripsCookie.name).value, Date.now())
      if (trips !== null) {
        const renewed = request.identity ? undefined : await tryToRenew(request, reply)
        if (request.identity || renewed === 'renewed') {
          tripsCookie.set(reply, trips, TRIPS_COOKIE_SECONDS)
          return reply.redirect(returnTo, 303)
        }
        if (renewed) request.authError = renewed
      }
      const asked = typeof request.query.reason === 'string' ? request.query.reason : undefined
      const reason = request.authError && request.authError.code !== 'token_missing' ? request.authError.code : asked
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
        const person = await checkPassword(options, { ...request.body, address: request.ip })
        // Whoever signs in again leaves no earlier sign-in behind.
        await endSessions(db, presentedSignIns(request, options))
        await beginSession(options, person, request, reply)
      } catch (error) {
        if (!(error instanceof AuthError || isTooOften(error))) throw error
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
