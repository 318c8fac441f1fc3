import type { FastifyReply, FastifyRequest } from 'fastify'

/** What a lookup of a session is called: in this process, or in the store that all servers share. */
const LOOKUPS = { session: 'memory', 'shared-session': 'store' } as const

/** To the microsecond, and not by `toFixed`, which takes longer than the rest of this. */
const toMicros = (ms: number): number => Math.round(ms * 1_000) / 1_000

/** Tells in the answer how long recognising the person took, and how much of that was a store's (W3C Server Timing). */
export function noteDuration(request: FastifyRequest, reply: FastifyReply, startedAt: number): void {
  const durationMs = performance.now() - startedAt
  const { sessionLookup } = request
  request.authDurationMs = durationMs
  const lookup = sessionLookup ? `, ${LOOKUPS[sessionLookup.strategy]};dur=${toMicros(sessionLookup.durationMs)}` : ''
  reply.header('server-timing', `auth;dur=${toMicros(durationMs)}${lookup}`)
}
