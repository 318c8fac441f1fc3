import { setTimeout as delay } from 'node:timers/promises'
import { fetchText } from '@signet/auth/verifier'
import { type CommonConfig, callContext, contextHeaders } from '@signet/service'
import type { FastifyInstance } from 'fastify'
import { readMe } from '../me-answer.js'
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
export function probeCopies(
  app: FastifyInstance,
  config: Pick<CommonConfig, 'BANK_INTERNAL_URL' | 'RETIREMENT_INTERNAL_URL'>,
): void {
  const closing = new AbortController()
  const { signal } = closing
  let underWay = 0

  async function untilRefused(
    internalUrl: string,
    service: TraceEvent['service'],
    headers: Record<string, string>,
    record: (event: TraceEvent) => void,
  ): Promise<void> {
    const startedAt = Date.now()
    let isRecorded = false
    while (!signal.aborted && Date.now() - startedAt < GIVE_UP_MS) {
      const { status, text } = await fetchText(new URL('/api/me', internalUrl), {
        headers,
        timeoutMs: GIVE_UP_MS,
        signal,
      })
      const code = readMe(text).refusal?.code ?? null
      if (status === 401 || !isRecorded) {
        const at = Date.now()
        const probe = { at, ms: at - startedAt, service, method: 'GET', path: '/api/me', cookies: [], status }
        record(probeEvent(probe, { code, strategy: code === null ? 'jwt' : null }))
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
    const headers = { authorization: `Bearer ${token}`, ...contextHeaders(callContext(request)) }
    const record = (event: TraceEvent) => app.recordTrace(tour.id, event)
    Promise.all([
      untilRefused(config.BANK_INTERNAL_URL, 'bank', headers, record),
      untilRefused(config.RETIREMENT_INTERNAL_URL, 'retirement', headers, record),
    ])
      .catch((error: unknown) => app.log.info({ err: error }, 'could not measure the propagation of a sign-out'))
      .finally(() => {
        underWay -= 1
      })
  })
  app.addHook('preClose', async () => closing.abort())
}
