import type { CookieDefinition } from '@signet/auth/verifier'
import { membersOf } from '@signet/demo'
import { type App, type CallContext, ServiceError } from '@signet/service'
import { byName, post } from '../compare/ask.js'
import { cookiePair } from '../compare/rules.js'
import type { BankDemoOptions } from '../options.js'
import { issueShortLivedToken } from '../short-lived-token.js'
import { createTemporaryUser } from '../temporary-user.js'
import { LOOT_TTL_SECONDS, type Loot } from './loot.js'

const TEMPORARY = { prefix: 'made-up-', name: 'A made-up user', keptMs: LOOT_TTL_SECONDS * 1000 }
const LOGIN_MS = 9_000

/**
 * Creates a user and signs in with the API as a browser does. Returns copies of what the response set, and another token of the
 * session that lives one second.
 *
 * @throws {ServiceError} `unavailable` when the login fails.
 */
export async function stealFromMadeUpUser(
  app: App,
  { db, config }: BankDemoOptions,
  context: CallContext,
  nowMs: number,
): Promise<Pick<Loot, 'token' | 'shortLived' | 'refreshToken'>> {
  const { username, password } = await createTemporaryUser(db, app.passwords, TEMPORARY, nowMs)
  const asking = { context, signal: AbortSignal.timeout(LOGIN_MS), body: { username, password } }
  const set = await post(byName(config.BANK_INTERNAL_URL), '/api/login', asking).catch((cause: unknown) => {
    const sentence = 'The made-up user could not sign in. Try again in a moment.'
    throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
  })
  const copyOf = ({ name }: CookieDefinition) => cookiePair(set, name)?.slice(name.length + 1) ?? ''
  const token = copyOf(app.userSessions.cookies.token)
  const shortLived = await issueShortLivedToken(app, db, String(membersOf(token, 'payload').sid))
  if (!shortLived) throw new TypeError('the session that was just created is not in the database')
  return { token, shortLived: shortLived.token, refreshToken: copyOf(app.userSessions.cookies.refresh) }
}
