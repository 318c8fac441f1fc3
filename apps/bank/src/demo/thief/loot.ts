import { type CookieDefinition, readCookie } from '@signet/auth/verifier'
import { membersOf, TOUR_TTL_SECONDS, unavailable } from '@signet/demo'
import { type App, callContext } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { BankDemoOptions } from '../options.js'
import { post } from '../service-calls.js'
import { createTemporaryUser, issueShortLivedToken } from '../temporary-credentials.js'

/** What the thief has: copies of a made-up user's credentials, in a cookie of the visitor's own browser. */
export interface Loot {
  readonly token: string
  /** A token of the same session that lives one second. */
  readonly shortLived: string
  readonly refreshToken: string
  /** The secret id of the recording that the live wire shows. */
  readonly recordingId: string
  /** One letter per attempt whose outcome was seen. */
  readonly done: string
}

const TOKEN = String.raw`[\w-]+\.[\w-]+\.[\w-]+`
const LOOT = new RegExp(`^(${TOKEN})~(${TOKEN})~([\\w.:-]+)~([\\w-]{22})~([a-z]{0,16})$`)

export const formatLoot = ({ token, shortLived, refreshToken, recordingId, done }: Loot): string =>
  [token, shortLived, refreshToken, recordingId, done].join('~')

/** Reads the cookie. It proves nothing: every use of it goes through the services' own checks. */
export function readLoot(header: string | undefined, { name }: CookieDefinition): Loot | undefined {
  const [, token, shortLived, refreshToken, recordingId, done] = LOOT.exec(readCookie(header, name).value) ?? []
  return token && shortLived && refreshToken && recordingId && done !== undefined
    ? { token, shortLived, refreshToken, recordingId, done }
    : undefined
}

/**
 * Creates a user and signs in with the API as a browser does. Returns copies of what the response set, and another token of the
 * session that lives one second.
 *
 * @throws {ServiceError} `unavailable` when the login fails.
 */
export async function stealFromMadeUpUser(app: App, { db, config }: BankDemoOptions, request: FastifyRequest) {
  // The cookie lives far longer than the copies work.
  const leftBehind = new Date(request.receivedAtMs - TOUR_TTL_SECONDS * 1000)
  const { username, password } = await createTemporaryUser(app, db, 'made-up-', leftBehind)
  const asking = { context: callContext(request), body: { username, password } }
  const cookieOf = await post(config.BANK_INTERNAL_URL, '/api/login', asking).catch(
    unavailable('The made-up user could not sign in. Try again in a moment.'),
  )
  const { cookies } = app.userSessions
  const token = cookieOf(cookies.token.name)
  const shortLived = await issueShortLivedToken(app, db, String(membersOf(token, 'payload').sid))
  if (!shortLived) throw new TypeError('the session that was just created is not in the database')
  return { token, shortLived: shortLived.token, refreshToken: cookieOf(cookies.refresh.name) }
}
