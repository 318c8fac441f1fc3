import { readRefreshTokens } from '@signet/auth/issuer'
import { readCookie } from '@signet/auth/verifier'
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
  // Cookies of one name may be of different sessions: each is revoked.
  for (const { identity } of request.acceptedTokens ?? []) sids.add(identity.sid)
  const { value, others } = readCookie(request.headers.cookie, cookies.refresh.name)
  for (const { sid } of readRefreshTokens(refreshKeys, [value, ...others])) sids.add(sid)
  for (const sessions of request.server.serverSessions.values()) {
    for (const { sid } of await sessions.findAll(request)) sids.add(sid)
  }
  return [...sids].filter(isUuid)
}
