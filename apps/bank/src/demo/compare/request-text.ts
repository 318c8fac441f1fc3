import { once } from 'node:events'
import http, { type IncomingHttpHeaders } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

export interface TextRequest {
  readonly method?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** From the call to the last byte of the response. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** On a connection of its own. */
  readonly alone?: boolean
}

/**
 * Sends a request to one address of a service, under the name that the service answers to: `fetch` takes the `Host` from
 * the URL, and replicas refuse requests that name them by their addresses.
 */
export async function requestText(
  url: URL,
  host: string,
  { timeoutMs, body, alone = false, headers, ...options }: TextRequest,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { request } = url.protocol === 'https:' ? https : http
  const call = request(url, { ...options, headers: { ...headers, host }, ...(alone ? { agent: false } : {}) })
  const timer = setTimeout(() => call.destroy(new Error('no response in time')), timeoutMs)
  // Each failure also rejects what is awaited below.
  call.on('error', () => {})
  try {
    call.end(body)
    const [response] = (await once(call, 'response')) as [http.IncomingMessage]
    return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
  } finally {
    clearTimeout(timer)
  }
}
