import type { BankDatabase } from '@signet/bank-database'
import { membersOf } from '@signet/demo'
import { type App, type CallContext, ServiceError } from '@signet/service'
import { findSession } from '../../sessions/store.js'
import { byName, post } from '../compare/ask.js'
import { cookiePair } from '../compare/rules.js'
import { createTemporaryUser } from '../temporary-user.js'
import { LOOT_TTL_SECONDS, type Loot } from './loot.js'

export interface MadeUpUserOptions {
  readonly db: BankDatabase
  readonly bankInternalUrl: string
  readonly cookies: { readonly token: string; readonly refresh: string }
}

const TEMPORARY = { prefix: 'made-up-', name: 'A made-up user', keptMs: LOOT_TTL_SECONDS * 1000 }
/** The minimum: `exp` is in whole seconds. */
const LIFE_SECONDS = 1
const LOGIN_MS = 9_000

/**
 * Creates a user, signs in with the API as a browser does, and returns copies of what the response set.
 *
 * @throws {ServiceError} `unavailable` when the login fails.
 */
export async function stealFromMadeUpUser(
  app: App,
  { db, bankInternalUrl, cookies }: MadeUpUserOptions,
  context: CallContext,
): Promise<Pick<Loot, 'token' | 'refreshToken'>> {
  const { username, password } = await createTemporaryUser(db, app.passwords, TEMPORARY)
  const asking = { context, signal: AbortSignal.timeout(LOGIN_MS), body: { username, password } }
  const set = await post(byName(bankInternalUrl), '/api/login', asking).catch((cause: unknown) => {
    const sentence = 'The made-up user could not sign in. Try again in a moment.'
    throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
  })
  const copyOf = (name: string) => cookiePair(set, name)?.slice(name.length + 1) ?? ''
  return { token: copyOf(cookies.token), refreshToken: copyOf(cookies.refresh) }
}

/** Issues another token of the same session, which lives one second. */
export async function shortLivedTokenOf(app: App, db: BankDatabase, token: string): Promise<string> {
  const session = await findSession(db, String(membersOf(token, 'payload').sid))
  if (!session) throw new TypeError('the session that was just created is not in the database')
  return app.issueToken({
    ...session.person,
    sid: session.sid,
    statusNumber: session.statusNumber,
    authTimeSeconds: Math.floor(session.authTime.getTime() / 1000),
    expiresBySeconds: Math.floor(Date.now() / 1000) + LIFE_SECONDS,
  }).token
}
