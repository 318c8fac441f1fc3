import { PassThrough } from 'node:stream'
import { AuthError } from '@signet/auth/verifier'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { failures } from './api-route.js'
import { ServiceError } from './errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends an event without data to the open streams of a user in this process. */
    notifyUser(userId: string, event: string): void
  }
}

/** Interval of comments that keep the connection open, here and in proxies. */
const KEEP_ALIVE_MS = 20_000
/** Far more windows than a user has open. */
const MAX_STREAMS_PER_SESSION = 32

/**
 * Adds `GET /api/session/events`: Server-Sent Events (HTML Living Standard, section 9.2) that notify when the session ends. The
 * event's data is JSON with the error code that a request would get. `app.notifyUser` sends other events.
 *
 * A stream that closes without the event does *not* mean that the session ended: the service may be closing or unavailable.
 */
export const sessionEvents = fastifyPlugin(
  async (app) => {
    const streamsOf = new Map<string, number>()
    const usersOf = new Map<PassThrough, string>()
    app.decorate('notifyUser', (userId, event) => {
      for (const [stream, user] of usersOf) if (user === userId) stream.write(`event: ${event}\ndata:\n\n`)
    })
    app.get(
      '/api/session/events',
      {
        config: { timeLimit: false },
        schema: {
          tags: ['sign-in'],
          operationId: 'watchSession',
          summary: 'Notify when the session ends',
          description:
            'A stream of Server-Sent Events: ended when the user signs out anywhere, the session is revoked, or the token expires; at the bank also notice, when another session has changed how the user signs in.',
          response: {
            200: {
              description: 'The stream',
              content: { 'text/event-stream': { schema: Type.String() } },
            },
            ...failures(401, 429, 503),
          },
        },
      },
      async (request, reply) => {
        const { identity, sessionRevoked } = request
        if (!identity) throw new TypeError('this route requires an authenticated user')
        const streams = streamsOf.get(identity.sid) ?? 0
        if (streams >= MAX_STREAMS_PER_SESSION) {
          throw new ServiceError('rate_limited', 'This session has too many open event streams. Close some.', {
            headers: { 'retry-after': '60' },
          })
        }
        const closed = app.heldResponses.hold(reply)
        if (!closed) throw new ServiceError('unavailable', undefined, { headers: { 'retry-after': '5' } })
        streamsOf.set(identity.sid, streams + 1)
        const stream = new PassThrough()
        usersOf.set(stream, identity.id)
        const keepAlive = setInterval(() => stream.write(':\n\n'), KEEP_ALIVE_MS)
        const end = (last = '') => {
          clearInterval(keepAlive)
          usersOf.delete(stream)
          if (!stream.writableEnded) stream.end(last)
        }
        const close = () => {
          end()
          const others = (streamsOf.get(identity.sid) ?? 1) - 1
          if (others > 0) streamsOf.set(identity.sid, others)
          else streamsOf.delete(identity.sid)
        }
        // The browser's `open` event fires with the first bytes.
        stream.write('retry: 2000\n\n')
        onAbort(sessionRevoked, () => end(endOf(sessionRevoked.reason)))
        onAbort(closed, close)
        return reply.header('cache-control', 'no-store').type('text/event-stream').send(stream)
      },
    )
  },
  { name: '@signet/session-events', dependencies: ['@signet/authentication', '@signet/held-responses'] },
)

/** Calls back once: now when the signal is aborted already. */
function onAbort(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
}

/** Returns the last event, or nothing when the session may still be active. */
function endOf(reason: unknown): string {
  const code = reason instanceof AuthError ? reason.code : 'unavailable'
  return code === 'unavailable' ? '' : `event: ended\ndata: ${JSON.stringify({ code })}\n\n`
}
