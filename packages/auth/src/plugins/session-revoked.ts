import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AuthError } from '../errors.js'
import type { StatusLists } from '../revocation/follow.js'
import type { ServerSessions } from '../strategies/server-session.js'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Aborted as soon as the session of this request ends: by sign-out, revocation or expiry. For streams, WebSockets and long
     * work. The reason is an {AuthError}: `token_revoked`; `token_expired` when the token expires, though the session may have
     * been renewed; `unavailable` when it cannot be known any more; `token_missing` where no user is authenticated.
     *
     * Does *not* fire once the response is complete, or for a WebSocket once its connection is closed.
     */
    readonly sessionRevoked: AbortSignal
    /** The session that a server keeps, by which the request is authenticated. Never log it. */
    keptSession: KeptSession | null
    sessionWatch: SessionWatch | null
  }
}

interface KeptSession {
  readonly sessions: ServerSessions
  readonly id: string
}

interface SessionWatch {
  readonly signal: AbortSignal
  readonly stop: () => void
}

/** Beyond this, `setTimeout` fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Decorates requests with `sessionRevoked`. A request that does not read it costs nothing. */
export function decorateSessionRevoked(app: FastifyInstance, statusLists?: Pick<StatusLists, 'onRevoked'>): void {
  app.decorateRequest('sessionWatch', null)
  app.decorateRequest('keptSession', null)
  app.decorateRequest('sessionRevoked', {
    getter(this: FastifyRequest) {
      this.sessionWatch ??= watchSession(this, statusLists)
      return this.sessionWatch.signal
    },
  })
  app.addHook('onResponse', (request, _reply, done) => {
    request.sessionWatch?.stop()
    done()
  })
}

function watchSession(request: FastifyRequest, statusLists?: Pick<StatusLists, 'onRevoked'>): SessionWatch {
  const { identity, keptSession } = request
  const { socket } = request.raw
  if (!identity) return { signal: AbortSignal.abort(new AuthError('token_missing')), stop: () => {} }
  const { claims } = identity
  const controller = new AbortController()
  const stops: (() => void)[] = []
  const stop = () => {
    for (const one of stops.splice(0)) one()
  }
  const end = (reason: unknown) => {
    stop()
    controller.abort(reason)
  }
  // A response that is cut off has no `onResponse`, nor has a WebSocket.
  socket.once('close', stop)
  stops.push(() => socket.off('close', stop))
  stops.push(atTime(claims.exp * 1000, () => end(new AuthError('token_expired', `expired at ${claims.exp}`))))
  if (keptSession) stops.push(whenForgotten(keptSession, end))
  if (statusLists) stops.push(statusLists.onRevoked(claims, end))
  if (controller.signal.aborted) stop()
  return { signal: controller.signal, stop }
}

/** Calls back at a time. Returns what stops that. */
function atTime(timeMs: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = () => {
    const remainingMs = timeMs - Date.now()
    timer = setTimeout(remainingMs > MAX_TIMER_MS ? arm : callback, Math.min(Math.max(remainingMs, 0), MAX_TIMER_MS))
    timer.unref()
  }
  arm()
  return () => clearTimeout(timer)
}

/** Calls back when a store forgets a session that is not used. Returns what stops that. */
function whenForgotten({ sessions, id }: KeptSession, end: (reason: AuthError) => void): () => void {
  const afterMs = Math.min(sessions.idleTtlSeconds * 1000, MAX_TIMER_MS)
  const timer = setInterval(() => {
    sessions.findById(id).then(
      (record) => {
        if (!record) end(new AuthError('token_revoked', 'the store does not know the session any more'))
      },
      (error: unknown) => end(error instanceof AuthError ? error : new AuthError('unavailable', 'session store')),
    )
  }, afterMs)
  timer.unref()
  return () => clearInterval(timer)
}
