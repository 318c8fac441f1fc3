import { readMe } from '@signet/demo'
import { type CallContext, contextHeaders } from '@signet/service'
import type { Said } from './figures.js'
import { requestText } from './request-text.js'
import { readServerTiming } from './rules.js'

/** A response takes milliseconds; a service that takes longer than this counts as down. */
const TIMEOUT_MS = 3_000
/** A login hashes a password and may wait in the queue first. */
const POST_TIMEOUT_MS = 9_000

export interface Answered {
  readonly said: Said
  /** Milliseconds by name, from the response's `Server-Timing`. */
  readonly durations: ReadonlyMap<string, number>
}

/** One process of a service, and the `Host` that the service accepts. */
export interface Target {
  readonly url: string
  readonly host: string
}

/** Targets any process behind an internal URL. */
export const byName = (url: string): Target => ({ url, host: new URL(url).host })

export interface AskOptions {
  readonly context: CallContext
  readonly signal: AbortSignal
  /** Opens a new connection, as a new browser would: the load balancer may choose any replica. */
  readonly alone?: boolean
}

/** Sends `GET /api/me` with a cookie, as a browser does. Never rejects: a failed request has `said: null`. */
export async function askWho({ url, host }: Target, cookie: string, options: AskOptions): Promise<Answered> {
  try {
    const { context, signal, alone = false } = options
    const { status, headers, text } = await requestText(new URL('/api/me', url), host, {
      headers: { cookie, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
      signal,
      alone,
    })
    const { me, refusal } = readMe(text)
    return {
      said: { status, code: refusal?.code ?? null, instance: me?.instance ?? null },
      durations: readServerTiming([headers['server-timing'] ?? []].flat().join(',')),
    }
  } catch {
    return { said: null, durations: new Map() }
  }
}

/** Sends a `POST` to this service and returns its `Set-Cookie` lines. Rejects unless the status is below 300. */
export async function post(
  { url, host }: Target,
  path: string,
  { cookie, body, context, signal }: Omit<AskOptions, 'alone'> & { cookie?: string; body?: object },
): Promise<string[]> {
  const { status, headers } = await requestText(new URL(path, url), host, {
    method: 'POST',
    headers: {
      ...contextHeaders(context),
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    timeoutMs: POST_TIMEOUT_MS,
    signal,
  })
  if (status >= 300) throw new Error(`${path} answered ${status}`)
  return headers['set-cookie'] ?? []
}
