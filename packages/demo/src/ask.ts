import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'
import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

const Me = Type.Object({
  data: Type.Object({ name: Type.String({ maxLength: 256 }), instance: Type.String({ maxLength: 128 }) }),
})
const Refusal = Type.Object({ error: Type.String({ maxLength: 512 }), code: Type.String({ maxLength: 64 }) })
const ajv = new Ajv({ validateSchema: false })
const isMe = ajv.compile<Static<typeof Me>>(Me)
const isRefusal = ajv.compile<Static<typeof Refusal>>(Refusal)

/** Longer than any token. */
const MAX_ANSWER_LENGTH = 8_192

/** What a service thinks of a token or session, as pages show it. */
export interface Verdict {
  readonly genuine: boolean
  /** The error code; null for a success. */
  readonly code: string | null
  readonly sentence: string
  /** The log's detail of a refusal. */
  readonly detail?: string | null | undefined
  /** The process that authenticated the request; empty for a refusal, which does not name it. */
  readonly instance: string
}

/**
 * Reads the JSON of the response to a path. For `/api/me` it names the authenticated user.
 *
 * @throws {TypeError} when `/api/me` names neither a user nor an error code: that is no verdict on a token.
 */
export function verdictOf(path: string, status: number, answer: unknown): Verdict {
  if (isRefusal(answer)) return { genuine: false, code: answer.code, sentence: answer.error, instance: '' }
  const common = { genuine: status < 400, code: null }
  if (!isMe(answer)) {
    if (path === '/api/me') throw new TypeError(`${path} answered ${status} without a user and without a code`)
    return { ...common, sentence: `The service answered ${status}.`, instance: '' }
  }
  const { name, instance } = answer.data
  return { ...common, sentence: `${instance} authenticated the request as ${name}.`, instance }
}

export interface AskOptions {
  readonly context: CallContext
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Milliseconds until the last byte of the response. Default 3,000: a response takes milliseconds. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** The `Host` that the service accepts, when the URL has the address of a replica. */
  readonly host?: string
  /** Opens a new connection, as a new browser would: the load balancer may choose any replica. */
  readonly agent?: false
}

/**
 * Sends a request to a service by its internal URL. Returns the status, headers and JSON of the response, and its verdict. Does
 * *not* check the status. `fetch` would take the `Host` from the URL, and replicas answer an IP address with 421.
 *
 * @throws {Error} when the service does not respond in time, or with something other than a short JSON object, or what
 * {@link verdictOf} throws.
 */
export async function ask(internalUrl: string, path: string, options: AskOptions) {
  const { context, headers, body, timeoutMs = 3_000, host, ...rest } = options
  const url = new URL(path, internalUrl)
  const { request } = url.protocol === 'https:' ? https : http
  const call = request(url, {
    ...rest,
    headers: {
      ...headers,
      ...contextHeaders(context),
      ...(body && { 'content-type': 'application/json' }),
      host: host ?? url.host,
    },
  })
  const timer = setTimeout(() => call.destroy(new Error('no response in time')), timeoutMs)
  // Without a listener an error event would end the process; `once` below rejects with the same error.
  call.on('error', () => {})
  try {
    call.end(body && JSON.stringify(body))
    const [response] = (await once(call, 'response')) as [IncomingMessage]
    const { statusCode: status = 0 } = response
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk
      if (text.length > MAX_ANSWER_LENGTH) throw new RangeError('the response is too long')
    }
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null) throw new TypeError('the response is not a JSON object')
    return { status, headers: response.headers, body: answer, verdict: verdictOf(path, status, answer) }
  } finally {
    clearTimeout(timer)
  }
}

/** Returns a handler of a rejected promise, which throws a {@link ServiceError} `unavailable` with this sentence. */
export const unavailable =
  (sentence?: string) =>
  (cause: unknown): never => {
    throw new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
  }
