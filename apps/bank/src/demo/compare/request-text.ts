import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

export interface TextRequest {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Covers the whole response body. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Opens a new connection. */
  readonly alone?: boolean
}

/**
 * Sends a request to one address of a service with the service's own `Host` header. `fetch` would take the `Host` from
 * the URL, and replicas answer an IP address with 421.
 */
export async function requestText(
  url: URL,
  host: string,
  { timeoutMs, body, alone = false, headers, ...options }: TextRequest,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { request } = url.protocol === 'https:' ? https : http
  const call = request(url, { ...options, headers: { ...headers, host }, ...(alone ? { agent: false } : {}) })
  const timer = setTimeout(() => call.destroy(new Error('no response in time')), timeoutMs)
  // Without a listener an error event would end the process; `once` below rejects with the same error.
  call.on('error', () => {})
  try {
    call.end(body)
    const [response] = (await once(call, 'response')) as [http.IncomingMessage]
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
  } finally {
    clearTimeout(timer)
  }
}
