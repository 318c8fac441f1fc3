import type { IncomingHttpHeaders } from 'node:http'
import { readMe } from '@signet/demo'
import type { CallContext } from '@signet/service'
import { byName, requestText } from '../compare/ask.js'

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

/** Sends a request to a service by its internal URL. Never rejects. */
export async function send(internalUrl: string, sending: Sending, context: CallContext): Promise<Sent> {
  const { method, path, headers } = sending
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const request = { method, headers, context, signal, timeoutMs: TIMEOUT_MS }
    const response = await requestText(byName(internalUrl), path, request)
    return { ...sending, ...read(response) }
  } catch {
    return { ...sending, status: undefined, code: null, username: null, sentence: '', setCookies: [] }
  }
}

function read({ status, headers, text }: { status: number; headers: IncomingHttpHeaders; text: string }) {
  const { me, refusal } = readMe(text)
  const common = { status, setCookies: headers['set-cookie'] ?? [] }
  if (refusal) return { ...common, code: refusal.code, username: null, sentence: refusal.error }
  if (!me) return { ...common, code: null, username: null, sentence: `The service answered ${status}.` }
  const { username, instance } = me
  return { ...common, code: null, username, sentence: `${instance} authenticated the request as ${username}.` }
}
