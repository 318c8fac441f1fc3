import { AUTH_ERRORS } from '@signet/auth/verifier'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { countInFlight } from './in-flight.js'
import { instanceName } from './instance.js'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Registry
  }
}

/** What runs, as its image says. */
interface Build {
  readonly version: string
  readonly commit: string
}

export interface MetricsOptions {
  readonly service: string
  readonly build: Build
}

/** Gauges that are called totals, which a name may say of a counter alone; each stands beside one that says what of. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/**
 * Prometheus text at `/metrics`. Names follow Prometheus' own rules: base units, `_total` for what only grows. Labels are
 * route patterns and codes from our own tables, never what somebody sent: their number is bounded.
 */
export const metrics = fastifyPlugin<MetricsOptions>(
  async (app, { service, build }) => {
    const registry = new Registry()
    registry.setDefaultLabels({ service })
    collectDefaultMetrics({ register: registry })
    for (const name of MISNAMED) registry.removeSingleMetric(name)
    buildInfo(registry, { ...build, replica: instanceName(service) })
    const durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the request to its answer',
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
  { name: '@signet/metrics', fastify: '5.x', dependencies: ['@signet/held-responses'] },
)

function buildInfo(registry: Registry, labels: Build & { replica: string }): void {
  new Gauge({
    name: 'signet_build_info',
    help: 'Always 1; the labels say what runs, and which of the replicas this is',
    labelNames: ['version', 'commit', 'replica'],
    registers: [registry],
  }).set({ ...labels }, 1)
}

/** Two sums and no histogram: this is done at every request, and finding a bucket takes longer than recognising a person. */
function authenticationMetrics(registry: Registry) {
  const registers = [registry]
  let count = 0
  let seconds = 0
  new Counter({
    name: 'authentications_total',
    help: 'Requests whose sign-in was looked at, whatever came of it',
    registers,
    collect() {
      this.reset()
      this.inc(count)
    },
  })
  new Counter({
    name: 'authentication_seconds_total',
    help: 'Time that looking at sign-ins took; by authentications_total it is the time for one',
    registers,
    collect() {
      this.reset()
      this.inc(seconds)
    },
  })
  const refused = new Counter({
    name: 'tokens_refused_total',
    help: 'Requests whose token, or session, was not taken, by the code that says why; without those that sent none',
    labelNames: ['code'],
    registers,
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
