import { type CallContext, contextHeaders } from '@signet/service'
import type { Said } from './figures.js'
import { requestText } from './request-text.js'
import { readServerTiming } from './rules.js'

/** An answer takes milliseconds; a service that takes longer than this is down. */
const TIMEOUT_MS = 3_000
/** A sign-in hashes a password, and may have to wait for others' to be hashed. */
const POST_TIMEOUT_MS = 9_000

export interface Answered {
  readonly said: Said
  /** From the answer's `Server-Timing`. */
  readonly durations: ReadonlyMap<string, number>
}

/** One process of a service, and the name that the service answers to. */
export interface Target {
  readonly url: string
  readonly host: string
}

/** Any process behind an internal URL. */
export const byName = (url: string): Target => ({ url, host: new URL(url).host })

export interface AskOptions {
  readonly context: CallContext
  readonly signal: AbortSignal
  /** On a connection of its own, as a browser that was never here: it may land on any replica. */
  readonly alone?: boolean
}

/** `GET /api/me` of a service, over HTTP, with a cookie as a browser sends it. */
export async function askWho({ url, host }: Target, cookie: string, options: AskOptions): Promise<Answered> {
  try {
    const { context, signal, alone = false } = options
    const { status, headers, text } = await requestText(new URL('/api/me', url), host, {
      headers: { cookie, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
      signal,
      alone,
    })
    const { code, data } = JSON.parse(text) as { code?: unknown; data?: { instance?: unknown } }
    return {
      said: {
        status,
        code: typeof code === 'string' ? code : null,
        instance: typeof data?.instance === 'string' ? data.instance : null,
      },
      durations: readServerTiming([headers['server-timing'] ?? []].flat().join(',')),
    }
  } catch {
    return { said: null, durations: new Map() }
  }
}

/** A `POST` to this service. Rejects where it is refused. */
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
