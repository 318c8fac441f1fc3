import { fetchText } from '@signet/auth/verifier'
import { type App, callContext, contextHeaders, pageRoute } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { BankDemoOptions } from '../options.js'
import { addressesOf } from '../service-calls.js'
import { parseMetrics, readSnapshot, type Snapshot } from './metrics.js'
import { OperationsPage, type ServicesState } from './page.js'
import { createHistory } from './rules.js'

/** A younger result is shown again, and concurrent requests share one look: many viewers cost as much as one. */
const FRESH_MS = 1_000
/** A response takes milliseconds; a process that takes longer than this counts as unreachable. */
const TIMEOUT_MS = 2_000
const MAX_ANSWER_BYTES = 4_194_304
/** Requests per look when one address hides all replicas. Each closes its connection, so that the balancer chooses anew. */
const TRIES = 4

/**
 * Registers `/operations`, which shows the health of both services without Grafana. It needs no sign-in: the figures
 * contain no personal data. Demo only: in production the front door does not expose `/metrics`.
 */
export async function operationsRoutes(app: App, { config }: BankDemoOptions): Promise<void> {
  const services = [
    { internalUrl: config.BANK_INTERNAL_URL, history: createHistory('Signet Bank') },
    { internalUrl: config.RETIREMENT_INTERNAL_URL, history: createHistory('Signet Retirement') },
  ]
  let last: ServicesState | undefined
  let running: Promise<ServicesState> | undefined

  async function lookNow(request: FastifyRequest): Promise<ServicesState> {
    const atMs = request.receivedAtMs
    const states = services.map(async ({ internalUrl, history }) => {
      const { snapshots, failed } = await askReplicas(internalUrl, request)
      return history(snapshots, failed, atMs)
    })
    last = { atMs, services: await Promise.all(states) }
    return last
  }

  async function look(request: FastifyRequest): Promise<ServicesState> {
    if (last && request.receivedAtMs - last.atMs < FRESH_MS) return last
    running ??= lookNow(request).finally(() => {
      running = undefined
    })
    return running
  }

  // The page reloads itself every 3 seconds, which would fill a tour's recording.
  app.get('/operations', pageRoute({ auth: 'optional', traced: false }), async (request, reply) =>
    reply.page(OperationsPage({ frame: request.pageFrame('operations'), ...(await look(request)) })),
  )
}

/**
 * Reads the metrics of a service's replicas: one request per address, or several to a single address. Never rejects: it returns
 * the number of requests that got no response, or one that a Signet service does not send.
 */
async function askReplicas(internalUrl: string, request: FastifyRequest) {
  const addresses = await addressesOf(internalUrl)
  const urls = addresses.length === 1 ? Array.from({ length: TRIES }, () => addresses[0] ?? internalUrl) : addresses
  const found = new Map<string, Snapshot>()
  let failed = 0
  const answers = urls.map(async (url) => {
    const { status, text } = await fetchText(new URL('/metrics', url), {
      headers: { ...contextHeaders(callContext(request)), connection: 'close' },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    if (status !== 200) throw new Error(`/metrics answered ${status}`)
    return readSnapshot(parseMetrics(text), request.receivedAtMs)
  })
  for (const answer of await Promise.allSettled(answers)) {
    if (answer.status === 'rejected') {
      failed += 1
      request.log.debug({ err: answer.reason }, 'could not read the metrics of a replica')
      continue
    }
    const { value } = answer
    // Each scrape resets the event loop lag, so the largest of several responses from one replica is kept.
    const lags = [value, found.get(value.replica)].map((snapshot) => snapshot?.eventLoopLagSeconds ?? 0)
    found.set(value.replica, { ...value, eventLoopLagSeconds: Math.max(...lags) })
  }
  return { snapshots: [...found.values()], failed }
}
