import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders } from '@signet/service'
import type { Said } from './figures.js'
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

export interface AskOptions {
  readonly context: CallContext
  readonly signal: AbortSignal
  /** On a connection of its own, as a browser that was never here: it may land on any replica. */
  readonly alone?: boolean
}

/** `GET /api/me` of a service, over HTTP, with a cookie as a browser sends it. */
export async function askWho(url: string, cookie: string, options: AskOptions): Promise<Answered> {
  try {
    const { status, headers, text } = await fetchText(new URL('/api/me', url), {
      headers: {
        cookie,
        ...contextHeaders(options.context),
        ...(options.alone ? { connection: 'close' } : {}),
      },
      timeoutMs: TIMEOUT_MS,
      signal: options.signal,
    })
    const { code, data } = JSON.parse(text) as { code?: unknown; data?: { instance?: unknown } }
    return {
      said: {
        status,
        code: typeof code === 'string' ? code : null,
        instance: typeof data?.instance === 'string' ? data.instance : null,
      },
      durations: readServerTiming(headers.get('server-timing')),
    }
  } catch {
    return { said: null, durations: new Map() }
  }
}

/** A `POST` to this service. Rejects where it is refused. */
export async function post(
  url: string,
  path: string,
  { cookie, body, context, signal }: Omit<AskOptions, 'alone'> & { cookie?: string; body?: object },
): Promise<string[]> {
  const { status, headers } = await fetchText(new URL(path, url), {
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
  return headers.getSetCookie()
}
