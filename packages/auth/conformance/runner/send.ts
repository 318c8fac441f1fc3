import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Carrier } from '../group.js'

/** A verifier's response, or why there was none. */
export type Answer =
  | { readonly status: number; readonly code: string | undefined; readonly challenge: string | undefined }
  | { readonly failure: string }

const REQUEST_TIMEOUT_MS = 10_000
/** More than any verifier needs to name an error. */
const MOST_CHARACTERS = 100_000

/** Returns the request headers that carry the tokens. */
export function headersOf(tokens: readonly string[], carrier: Carrier, cookieName: string): Record<string, string> {
  const cookiesOf = (values: readonly string[]) => values.map((value) => `${cookieName}=${value}`).join('; ')
  if (carrier === 'none') return {}
  if (carrier === 'cookie') return { cookie: cookiesOf(tokens) }
  const [first = '', ...others] = tokens
  return { authorization: `Bearer ${first}`, ...(others.length > 0 ? { cookie: cookiesOf(others) } : {}) }
}

/** Names below localhost are this machine (RFC 6761, section 6.3). Node.js may not resolve them. */
const lookup: LookupFunction = (_hostname, options, callback) => {
  if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

/** Sends one request. Never rejects. */
export async function send(url: string, headers: Record<string, string>): Promise<Answer> {
  const { protocol, hostname } = new URL(url)
  const open = protocol === 'https:' ? httpsRequest : httpRequest
  const local = hostname.endsWith('.localhost') ? { lookup } : {}
  return new Promise((resolve) => {
    const fail = (error: Error) => resolve({ failure: error.message })
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    const sent = open(url, { headers, agent: false, signal, ...local }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (text.length < MOST_CHARACTERS) text += chunk
      })
      response.on('error', fail)
      response.on('end', () => {
        const challenge = response.headers['www-authenticate']
        resolve({ status: response.statusCode ?? 0, code: codeIn(text), challenge })
      })
    })
    sent.on('error', fail)
    sent.end()
  })
}

function codeIn(text: string): string | undefined {
  try {
    const { code } = JSON.parse(text) as { code?: unknown }
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}
