import type { FastifyReply, FastifyRequest } from 'fastify'
import { millisecondsSince } from '../clock.js'

/** Names of session lookups, in memory or in the shared store. */
const LOOKUPS = { session: 'memory', 'shared-session': 'store' } as const

/** Adds the authentication time and the time of a session lookup to the response (W3C Server Timing). */
export function noteDuration(request: FastifyRequest, reply: FastifyReply, startedAt: number): void {
  const durationMs = millisecondsSince(startedAt)
  const { sessionLookup } = request
  request.authDurationMs = durationMs
  const lookup = sessionLookup ? `, ${LOOKUPS[sessionLookup.strategy]};dur=${sessionLookup.durationMs}` : ''
  reply.header('server-timing', `auth;dur=${durationMs}${lookup}`)
}
