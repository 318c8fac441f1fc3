import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'
import { readMe } from '@signet/demo'
import { type CallContext, contextHeaders } from '@signet/service'
import { addressesOf } from '../addresses.js'
import type { Figures, Said } from './figures.js'
import { readServerTiming } from './rules.js'

/** A response takes milliseconds; a service that takes longer than this counts as down. */
const TIMEOUT_MS = 3_000
/** A login hashes a password and may wait in the queue first. */
const POST_TIMEOUT_MS = 9_000
/** Twice the number of replicas that a demo usually runs. */
const SCATTERED = 6

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

interface TextRequest extends AskOptions {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  /** Covers the whole response body. */
  readonly timeoutMs: number
}

/**
 * Sends a request to one address of a service with the service's own `Host` header. `fetch` would take the `Host` from
 * the URL, and replicas answer an IP address with 421.
 */
export async function requestText(
  { url, host }: Target,
  path: string,
  { timeoutMs, body, alone = false, headers: own, context, ...options }: TextRequest,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { request } = url.startsWith('https:') ? https : http
  const headers = { ...own, ...contextHeaders(context), host }
  const call = request(new URL(path, url), { ...options, headers, ...(alone ? { agent: false } : {}) })
  const timer = setTimeout(() => call.destroy(new Error('no response in time')), timeoutMs)
  // Without a listener an error event would end the process; `once` below rejects with the same error.
  call.on('error', () => {})
  try {
    call.end(body)
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
  } finally {
    clearTimeout(timer)
  }
}

export interface Answered {
  readonly said: Said
  /** Milliseconds by name, from the response's `Server-Timing`. */
  readonly durations: ReadonlyMap<string, number>
}

/** Sends `GET /api/me` with a cookie, as a browser does. Never rejects: a failed request has `said: null`. */
export async function askWho(target: Target, cookie: string, options: AskOptions): Promise<Answered> {
  try {
    const request = { ...options, headers: { cookie }, timeoutMs: TIMEOUT_MS }
    const { status, headers, text } = await requestText(target, '/api/me', request)
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
  target: Target,
  path: string,
  { cookie, body, ...options }: AskOptions & { cookie?: string; body?: object },
): Promise<string[]> {
  const { status, headers } = await requestText(target, path, {
    ...options,
    method: 'POST',
    headers: { ...(cookie && { cookie }), ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
    timeoutMs: POST_TIMEOUT_MS,
  })
  if (status >= 300) throw new Error(`${path} answered ${status}`)
  return headers['set-cookie'] ?? []
}

type Landed = Figures['landed'][number]

/** Sends requests on separate connections, as separate browsers would, and counts which processes answer. */
export async function scatter(
  service: Landed['service'],
  url: string,
  ask: (target: Target) => Promise<Answered>,
): Promise<Landed> {
  const { host } = byName(url)
  const urls = await addressesOf(url)
  const answers = await Promise.all(
    Array.from({ length: SCATTERED }, (_, index) => ask({ url: urls[index % urls.length] ?? url, host })),
  )
  const known = answers.filter(({ said }) => said?.status === 200)
  const instances = new Set(known.flatMap(({ said }) => said?.instance ?? []))
  return { service, requests: SCATTERED, known: known.length, instances: [...instances].toSorted() }
}
