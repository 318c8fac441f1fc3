import { setTimeout as delay } from 'node:timers/promises'
import { fetchText } from '@signet/auth/verifier'
import { type CallContext, callContext, contextHeaders } from '@signet/service'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readMe } from '../me-answer.js'
import { probeEvent } from './event.js'

export interface ProbeOptions {
  /** The URL of each service from this server. */
  readonly internalUrls: Readonly<Record<'bank' | 'retirement', string>>
}

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
export function probeCopies(app: FastifyInstance, { internalUrls }: ProbeOptions): void {
  const closing = new AbortController()
  let underWay = 0

  async function answerTo(
    token: string,
    service: 'bank' | 'retirement',
    context: CallContext,
  ): Promise<{ status: number; code: string | null }> {
    const { status, text } = await fetchText(new URL('/api/me', internalUrls[service]), {
      headers: { authorization: `Bearer ${token}`, ...contextHeaders(context) },
      timeoutMs: GIVE_UP_MS,
      signal: closing.signal,
    })
    return { status, code: readMe(text).refusal?.code ?? null }
  }

  async function untilRefused(
    token: string,
    service: 'bank' | 'retirement',
    tourId: string,
    context: CallContext,
  ): Promise<void> {
    const startedAt = Date.now()
    let taken = false
    while (!closing.signal.aborted && Date.now() - startedAt < GIVE_UP_MS) {
      const { status, code } = await answerTo(token, service, context)
      const now = Date.now()
      if (status === 401 || !taken) {
        const probe = { at: now, ms: now - startedAt, service, method: 'GET', path: '/api/me', cookies: [], status }
        app.recordTrace(tourId, probeEvent(probe, { code, strategy: code === null ? 'jwt' : null }))
        taken = true
      }
      if (status === 401) return
      await delay(EVERY_MS, undefined, { signal: closing.signal })
    }
  }

  app.addHook('onResponse', (request, reply, done) => {
    measure(request, reply.statusCode)
    done()
  })

  function measure(request: FastifyRequest, status: number): void {
    if (!endedSignIn(request, status)) return
    const { tour, accessToken: token } = request
    if (!tour || token === null) return
    if (underWay >= MAX_AT_ONCE) return
    underWay += 1
    const context = callContext(request)
    Promise.all([untilRefused(token, 'bank', tour.id, context), untilRefused(token, 'retirement', tour.id, context)])
      .catch((error: unknown) => app.log.info({ err: error }, 'could not measure the propagation of a sign-out'))
      .finally(() => {
        underWay -= 1
      })
  }
  app.addHook('preClose', async () => closing.abort())
}

function endedSignIn(request: FastifyRequest, status: number): boolean {
  return request.method === 'POST' && status < 400 && ENDINGS.has(request.routeOptions.url ?? '')
}
