import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AuthError } from '../errors.js'
import type { StatusLists } from '../revocation/follow.js'
import type { ServerSessions } from '../strategies/server-session.js'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Aborts as soon as the session of this request ends by sign-out, revocation or expiry. For streams, WebSockets and long work.
     * The reason is an {@link AuthError}: `token_revoked`; `token_expired` when the token expires, even if the session was renewed;
     * `unavailable` when the status is unknown; `token_missing` without an authenticated user.
     *
     * Does *not* fire after the response is complete, or after a WebSocket has closed.
     */
    readonly sessionRevoked: AbortSignal
    /** The server-side session that authenticated the request. Never log it. */
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

/** Maximum delay of `setTimeout`, which fires at once for a longer one. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Decorates requests with `sessionRevoked`. It costs nothing unless a handler reads it. */
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
  let isOver = false
  const stop = () => {
    isOver = true
    for (const one of stops.splice(0)) one()
  }
  const end = (reason: unknown) => {
    // A lookup in a store may still be running when the response is complete.
    if (isOver) return
    stop()
    controller.abort(reason)
  }
  // An aborted response and a WebSocket have no `onResponse`.
  socket.once('close', stop)
  stops.push(() => socket.off('close', stop))
  stops.push(atTime(claims.exp * 1000, () => end(new AuthError('token_expired', `expired at ${claims.exp}`))))
  if (keptSession) stops.push(whenForgotten(keptSession, end))
  if (statusLists) stops.push(statusLists.onRevoked(claims, end))
  if (isOver || socket.destroyed) stop()
  return { signal: controller.signal, stop }
}

/** Calls back at a time. Returns a function that cancels it. */
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

/** Calls back when the store no longer has an unused session. Returns a function that cancels it. */
function whenForgotten({ sessions, id }: KeptSession, end: (reason: AuthError) => void): () => void {
  const afterMs = Math.min(sessions.idleTtlSeconds * 1000, MAX_TIMER_MS)
  const timer = setInterval(() => {
    sessions.findById(id).then(
      (record) => {
        if (!record) end(new AuthError('token_revoked', 'the store no longer has the session'))
      },
      (error: unknown) => end(error instanceof AuthError ? error : new AuthError('unavailable', 'session store')),
    )
  }, afterMs)
  timer.unref()
  return () => clearInterval(timer)
}
