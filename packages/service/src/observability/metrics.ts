import { hostname } from 'node:os'
import { AUTH_ERRORS } from '@signet/auth/verifier'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { whenOver } from '../http/answer-end.js'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
  }
}

interface Build {
  readonly version: string
  readonly commit: string
}

/** Gauges with a `_total` name, which only counters may have. Each duplicates another gauge. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/**
 * Serves Prometheus metrics at `/metrics`. Names follow Prometheus' rules: base units, `_total` for counters. Label values are
 * route patterns and codes, never client input, so their number is bounded.
 */
export const metrics = fastifyPlugin<{ readonly service: string; readonly build: Build }>(
  async (app, { service, build }) => {
    const registry = new Registry()
    registry.setDefaultLabels({ service })
    collectDefaultMetrics({ register: registry })
    for (const name of MISNAMED) registry.removeSingleMetric(name)
    buildInfo(registry, { ...build, replica: instanceName(service) })
    const durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to its response',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [registry],
    })
    countInFlight(app, registry)
    const authentication = authenticationMetrics(registry)
    app.decorate('metrics', registry)
    app.addHook('onResponse', (request, reply, done) => {
      const { method, routeOptions } = request
      const labels = { method, route: routeOptions.url ?? 'unknown', status: reply.statusCode }
      durations.observe(labels, reply.elapsedTime / 1000)
      authentication.note(request)
      done()
    })
    app.get('/metrics', { config: { auth: 'none', anyHost: true }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    )
  },
  { name: '@signet/metrics', dependencies: ['@signet/held-responses'] },
)

function buildInfo(registry: Registry, labels: Build & { replica: string }): void {
  new Gauge({
    name: 'signet_build_info',
    help: 'Always 1; the labels are the version, the commit and the replica',
    labelNames: ['version', 'commit', 'replica'],
    registers: [registry],
  }).set({ ...labels }, 1)
}

/** Counts with two sums instead of a histogram: finding a bucket takes longer than an authentication. */
function authenticationMetrics(registry: Registry) {
  let count = 0
  let seconds = 0
  const countHelp = 'Authenticated and refused requests on routes that authenticate'
  addCounter(registry, 'authentications_total', countHelp, () => count)
  const secondsHelp = 'Time spent on authentication; divide by authentications_total for the mean'
  addCounter(registry, 'authentication_seconds_total', secondsHelp, () => seconds)
  const refused = new Counter({
    name: 'tokens_refused_total',
    help: 'Requests with a refused token or session, by error code; requests without one are not counted',
    labelNames: ['code'],
    registers: [registry],
  })
  const codes = Object.keys(AUTH_ERRORS).filter((code) => code.startsWith('token_') && code !== 'token_missing')
  for (const code of codes) refused.inc({ code }, 0)
  return {
    note({ authDurationMs, authError }: FastifyRequest): void {
      if (authDurationMs === undefined) return
      count += 1
      seconds += authDurationMs / 1000
      if (authError && authError.code !== 'token_missing') refused.inc({ code: authError.code })
    },
  }
}

/** Adds a gauge whose value is read at each scrape. */
export function addGauge(registry: Registry, name: string, help: string, read: () => number | Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read())
    },
  })
}

/** Adds a counter whose total is read at each scrape. */
export function addCounter(registry: Registry, name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read())
    },
  })
}

/** Returns a counter by outcome. Each outcome is 0 from the start, so that its first increase shows. */
export function outcomeCounter({ metrics }: FastifyInstance, name: string, help: string, outcomes: readonly string[]) {
  const counter = new Counter({ name, help, labelNames: ['outcome'], registers: [metrics] })
  for (const outcome of outcomes) counter.inc({ outcome }, 0)
  return counter
}

/** Returns the name of this process, unique among its replicas. */
export const instanceName = (service: string): string => `${service}-${hostname()}-${process.pid}`

/**
 * Counts requests without a response, except those held for an event. Does not rely on Fastify's `onRequestAbort`: it does not
 * fire after the body was read, nor for a pipelined request, so the count would never go down.
 */
function countInFlight(app: FastifyInstance, registry: Registry): void {
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
