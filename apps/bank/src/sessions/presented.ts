import { readRefreshToken } from '@signet/auth/issuer'
import { AuthError, readCookie } from '@signet/auth/verifier'
import { isUuid } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { SessionOptions } from './begin.js'

/**
 * The sign-ins that a request can show to be its own: by the token, and by the refresh token, which is still there when
 * the token's cookie is gone. As a rule both name one.
 */
export function presentedSignIns(request: FastifyRequest, { cookies, refreshKeys }: SessionOptions): string[] {
  const sids = new Set<string>()
  if (request.identity && isUuid(request.identity.sid)) sids.add(request.identity.sid)
  const { count, value } = readCookie(request.headers.cookie, cookies.refresh.name)
  if (count === 1) {
    try {
      sids.add(readRefreshToken(refreshKeys, value).sid)
    } catch (error) {
      // A refresh token that is not ours names nothing to end.
      if (!(error instanceof AuthError)) throw error
    }
  }
  return [...sids]
}
