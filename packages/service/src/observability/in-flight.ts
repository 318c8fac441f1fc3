import type { EventEmitter } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { Gauge, type Registry } from 'prom-client'

/** How many answers a connection owes: with pipelining several. */
const OWED = Symbol('owed')
type Connection = EventEmitter & { [OWED]?: number }

/**
 * Counts the requests under way by what connections owe, and not by listening to each answer, which a request would pay
 * for: nothing completes where the client has broken the connection off, and then all that it owed is off.
 */
export function countInFlight(app: FastifyInstance, registry: Registry): void {
  let inFlight = 0
  app.onArrival(({ raw }) => {
    const connection: Connection = raw.socket
    if (connection[OWED] === undefined) {
      connection.once('close', () => {
        inFlight -= connection[OWED] ?? 0
        connection[OWED] = 0
      })
    }
    connection[OWED] = (connection[OWED] ?? 0) + 1
    inFlight += 1
  })
  app.onCompletion(({ raw }) => {
    const connection: Connection = raw.socket
    const owed = connection[OWED] ?? 0
    if (owed > 0) {
      connection[OWED] = owed - 1
      inFlight -= 1
    }
  })
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that have not been answered yet, the one that asks for this included',
    registers: [registry],
    collect() {
      this.set(inFlight)
    },
  })
}
