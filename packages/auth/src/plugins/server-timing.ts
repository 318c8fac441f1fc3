import type { FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince } from '../clock.js'

/** Names of a session lookup: in this process, or in the shared store. */
const LOOKUPS = { session: 'memory', 'shared-session': 'store' } as const

/** Writes the authentication time into the response, and how much of it was a session lookup (W3C Server Timing). */
export function noteDuration(request: FastifyRequest, reply: FastifyReply, startedAt: number): void {
  const durationMs = millisecondsSince(startedAt)
  const { sessionLookup } = request
  request.authDurationMs = durationMs
  const lookup = sessionLookup ? `, ${LOOKUPS[sessionLookup.strategy]};dur=${sessionLookup.durationMs}` : ''
  reply.header('server-timing', `auth;dur=${durationMs}${lookup}`)
}
