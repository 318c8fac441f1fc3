import { readRefreshToken } from '@signet/auth/issuer'
import { AuthError, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { SessionOptions } from './options.js'

/**
 * The sign-ins that a request can show to be its own: by the token, by the refresh token, which is still there when the
 * token's cookie is gone, and by sessions. As a rule all name one.
 */
export async function presentedSessions(
  { cookies, refreshKeys }: SessionOptions,
  request: FastifyRequest,
): Promise<string[]> {
  const sids = new Set<string>()
  if (request.identity) sids.add(request.identity.sid)
  const { count, value } = readCookie(request.headers.cookie, cookies.refresh.name)
  if (count === 1) await unlessNone(async () => sids.add(readRefreshToken(refreshKeys, value).sid))
  for (const sessions of request.server.serverSessions.values()) {
    if (request.identity?.strategy === sessions.strategy || !sessions.presentedBy(request)) continue
    await unlessNone(async () => sids.add((await sessions.find(request)).sid))
  }
  return [...sids].filter(isUuid)
}

/** What is not ours, or no longer known, names nothing to end. */
async function unlessNone(read: () => Promise<unknown>): Promise<void> {
  await read().catch((error: unknown) => {
    if (!(error instanceof AuthError) || error.code === 'unavailable') throw error
  })
}
