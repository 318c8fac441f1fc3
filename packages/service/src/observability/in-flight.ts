import type { FastifyInstance } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import { whenOver } from '../http/answer-end.js'

/**
 * Counts the requests that have no response yet, apart from those whose response is held until an event. Fastify's `onRequestAbort` does not fire when the body was read before the
 * client disconnected, nor for a pipelined request: the count would never go down.
 */
export function countInFlight(app: FastifyInstance, registry: Registry): void {
  let inFlight = 0
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1
    whenOver(reply, () => {
      inFlight -= 1
    })
    done()
  })
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that have not been answered yet, the one that asks for this included',
    registers: [registry],
    collect() {
      this.set(inFlight - app.heldResponses.count())
    },
  })
  new Gauge({
    name: 'http_responses_held',
    help: 'Open event streams, and requests that wait for a status list to change',
    registers: [registry],
    collect() {
      this.set(app.heldResponses.count())
    },
  })
}
