import type { FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince } from '../clock.js'

/** What a lookup of a session is called: in this process, or in the store that all servers share. */
const LOOKUPS = { session: 'memory', 'shared-session': 'store' } as const

/** Tells in the answer how long recognising the person took, and how much of that was a store's (W3C Server Timing). */
export function noteDuration(request: FastifyRequest, reply: FastifyReply, startedAt: number): void {
  const durationMs = millisecondsSince(startedAt)
  const { sessionLookup } = request
  request.authDurationMs = durationMs
  const lookup = sessionLookup ? `, ${LOOKUPS[sessionLookup.strategy]};dur=${sessionLookup.durationMs}` : ''
  reply.header('server-timing', `auth;dur=${durationMs}${lookup}`)
}
