import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { whenOver } from '../http/answer-end.js'
import { addGauge } from './read-metrics.js'

/**
 * Counts requests without a response, except those held for an event. Does not rely on Fastify's `onRequestAbort`: it does not
 * fire after the body was read, nor for a pipelined request, so the count would never go down.
 */
export function countInFlight(app: FastifyInstance, registry: Registry): void {
  let inFlight = 0
  const ended = () => {
    inFlight -= 1
  }
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1
    whenOver(reply, ended)
    done()
  })
  const held = app.heldResponses.count
  const inFlightHelp = 'Requests without a complete response, including the scrape itself'
  addGauge(registry, 'http_requests_in_flight', inFlightHelp, () => inFlight - held())
  addGauge(
    registry,
    'http_responses_held',
    'Open event streams, and requests that wait for a status list to change',
    held,
  )
}
