import type { IncomingHttpHeaders } from 'node:http'
import { type CallContext, contextHeaders } from '@signet/service'
import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import { requestText } from '../compare/request-text.js'

export type ServiceName = 'bank' | 'retirement'

/** A request of the thief, or of the user whose credentials were copied. */
export interface Sending {
  readonly by: 'thief' | 'user'
  readonly to: ServiceName
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** The request in words, for example `the copied token`. */
  readonly carries: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Sent extends Sending {
  /** Undefined when the service did not respond. */
  readonly status: number | undefined
  /** The error code; null for a success. */
  readonly code: string | null
  /** The username that the service authenticated. */
  readonly username: string | null
  readonly sentence: string
  readonly setCookies: readonly string[]
}

const TIMEOUT_MS = 3_000

const Me = Type.Object({ data: Type.Object({ username: Type.String(), instance: Type.String() }) })
const Refusal = Type.Object({ error: Type.String({ maxLength: 512 }), code: Type.String({ maxLength: 64 }) })
const ajv = new Ajv({ validateSchema: false })
const isMe = ajv.compile<Static<typeof Me>>(Me)
const isRefusal = ajv.compile<Static<typeof Refusal>>(Refusal)

/** Sends a request to a service by its internal URL. Never rejects. */
export async function send(internalUrl: string, sending: Sending, context: CallContext): Promise<Sent> {
  const url = new URL(sending.path, internalUrl)
  try {
    const response = await requestText(url, url.host, {
      method: sending.method,
      headers: { ...sending.headers, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return { ...sending, ...read(response) }
  } catch {
    return { ...sending, status: undefined, code: null, username: null, sentence: '', setCookies: [] }
  }
}

function read({ status, headers, text }: { status: number; headers: IncomingHttpHeaders; text: string }) {
  const body: unknown = JSON.parse(text)
  const common = { status, setCookies: headers['set-cookie'] ?? [] }
  if (isRefusal(body)) return { ...common, code: body.code, username: null, sentence: body.error }
  if (!isMe(body)) return { ...common, code: null, username: null, sentence: `The service answered ${status}.` }
  const { username, instance } = body.data
  return { ...common, code: null, username, sentence: `${instance} authenticated the request as ${username}.` }
}
