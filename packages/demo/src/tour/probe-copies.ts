import { setTimeout as delay } from 'node:timers/promises'
import { type CallContext, type CommonConfig, callContext } from '@signet/service'
import type { FastifyInstance } from 'fastify'
import { ask } from '../ask.js'
import { probeEvent, type TraceEvent } from './event.js'

const ENDINGS = new Set(['/sign-out', '/api/logout'])
const EVERY_MS = 50
/** A sign-out that has not propagated by then counts as lost. */
const GIVE_UP_MS = 5_000
/** Sign-outs that are measured concurrently. */
const MAX_AT_ONCE = 5

/**
 * Measures sign-out propagation during a tour. After a sign-out it sends a copy of the token to both services until each
 * refuses it, as an attacker would. The copy stays in this process's memory for that time only.
 */
export function probeCopies(app: FastifyInstance, config: CommonConfig): void {
  const closing = new AbortController()
  const { signal } = closing
  let underWay = 0

  async function untilRefused(service: TraceEvent['service'], token: string, context: CallContext, tourId: string) {
    const internalUrl = service === 'bank' ? config.BANK_INTERNAL_URL : config.RETIREMENT_INTERNAL_URL
    const options = { context, headers: { authorization: `Bearer ${token}` }, timeoutMs: GIVE_UP_MS, signal }
    const startedAt = Date.now()
    let isRecorded = false
    while (!signal.aborted && Date.now() - startedAt < GIVE_UP_MS) {
      const { status, verdict } = await ask(internalUrl, '/api/me', options)
      if (status === 401 || !isRecorded) {
        const at = Date.now()
        const probe = { at, ms: at - startedAt, service, method: 'GET', path: '/api/me', cookies: [], status }
        app.recordTrace(tourId, probeEvent(probe, verdict))
        isRecorded = true
      }
      if (status === 401) return
      await delay(EVERY_MS, undefined, { signal })
    }
  }

  app.addHook('onResponse', (request, { statusCode }, done) => {
    done()
    const { tour, accessToken: token, method, routeOptions } = request
    const endedSession = method === 'POST' && statusCode < 400 && ENDINGS.has(routeOptions.url ?? '')
    if (!endedSession || !tour || token === null || underWay >= MAX_AT_ONCE) return
    underWay += 1
    const context = callContext(request)
    Promise.all([untilRefused('bank', token, context, tour.id), untilRefused('retirement', token, context, tour.id)])
      .catch((error: unknown) => app.log.info({ err: error }, 'could not measure the propagation of a sign-out'))
      .finally(() => {
        underWay -= 1
      })
  })
  app.addHook('preClose', async () => closing.abort())
}
