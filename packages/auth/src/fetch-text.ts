export interface FetchTextOptions extends Omit<RequestInit, 'signal'> {
  /** From the call to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number
  /** Of the answer's body. Default 4,096: an answer of an API is a few hundred. */
  readonly maxBytes?: number
  /** Ends it earlier. */
  readonly signal?: AbortSignal
}

export interface FetchedText {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/**
 * Fetches a short text, within limits that hold to its last byte. A redirect is an error, unless `redirect` says otherwise.
 *
 * `fetch` with `AbortSignal.timeout()` does not do that: the signal is garbage once the headers have arrived, and after its
 * collection a stalled server is waited for as long as five minutes (nodejs/node#55428).
 *
 * Does *not* look at the status.
 *
 * @throws what `fetch` throws; a `TimeoutError` when the time is over; a {RangeError} when the body is longer than it may be.
 */
export async function fetchText(
  url: string | URL,
  { timeoutMs, maxBytes = 4_096, signal, ...init }: FetchTextOptions,
): Promise<FetchedText> {
  const overdue = new AbortController()
  // Held by its timer: `AbortSignal.any` does not hold the signals that it follows.
  const timer = setTimeout(() => overdue.abort(new DOMException('no answer in time', 'TimeoutError')), timeoutMs)
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
  // Ends the read that waits, and the connection.
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
      if (bytes > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`)
      chunks.push(value)
    }
  } catch (error) {
    giveUp()
    throw error
  } finally {
    limit.removeEventListener('abort', giveUp)
  }
}
