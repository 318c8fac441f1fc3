export interface FetchTextOptions extends Omit<RequestInit, 'signal'> {
  /** Time limit from the call to the last byte of the response, in ms. */
  readonly timeoutMs: number
  /** Maximum size of the response's body. Default 4,096. */
  readonly maxBytes?: number
  /** Aborts the request earlier. */
  readonly signal?: AbortSignal
}

export interface FetchedText {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * Fetches a short text within a time limit that includes the last byte. A redirect is an error unless `redirect` allows it.
 *
 * `fetch` with `AbortSignal.timeout()` does not do that: the signal can be garbage-collected once the headers have arrived, and a
 * stalled server then holds the request for up to five minutes (nodejs/node#55428).
 *
 * Does *not* check the status.
 *
 * @throws what `fetch` throws; a `TimeoutError` after the time limit; a {@link RangeError} when the body is too long
 */
export async function fetchText(
  url: string | URL,
  { timeoutMs, maxBytes = 4_096, signal, ...init }: FetchTextOptions,
): Promise<FetchedText> {
  const overdue = new AbortController()
  // The timer references it, because `AbortSignal.any` does not keep the signals that it follows alive.
  const timer = setTimeout(() => overdue.abort(new DOMException('no response in time', 'TimeoutError')), timeoutMs)
  try {
    const limit = signal ? AbortSignal.any([signal, overdue.signal]) : overdue.signal
    const { status, headers, body } = await fetch(url, { redirect: 'error', ...init, signal: limit })
    return { status, headers, text: await readText(body, limit, maxBytes) }
  } finally {
    clearTimeout(timer)
  }
}

async function readText(body: Response['body'], limit: AbortSignal, maxBytes: number): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  // Ends the pending read and the connection.
  const giveUp = () => {
    reader.cancel(limit.reason).catch(() => {})
  }
  limit.addEventListener('abort', giveUp, { once: true })
  try {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for (;;) {
      limit.throwIfAborted()
      const { done, value } = await reader.read()
      limit.throwIfAborted()
      if (done) return Buffer.concat(chunks).toString()
      bytes += value.byteLength
      if (bytes > maxBytes) throw new RangeError(`the response is longer than ${maxBytes} bytes`)
      chunks.push(value)
    }
  } catch (error) {
    giveUp()
    throw error
  } finally {
    limit.removeEventListener('abort', giveUp)
  }
}
