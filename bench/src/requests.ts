import { type Agent, type IncomingHttpHeaders, request } from 'node:http'

/** The address of a service or peer. */
export interface Server {
  readonly port: number
  readonly host?: string
}

interface RequestOptions extends Server {
  readonly path: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly agent?: Agent
}

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly bytes: number
}

/**
 * Sends one request, without keep-alive unless an `agent` keeps connections.
 *
 * Connects to 127.0.0.1 and sends `host`, because Node may not resolve `*.localhost`.
 */
export function sendRequest({
  port,
  path,
  method = 'GET',
  host,
  headers = {},
  body,
  agent,
}: RequestOptions): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent, headers: { ...(host ? { host } : {}), ...headers } },
      async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        const body = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: body.toString(),
          bytes: body.length,
        })
      },
    )
    sent.on('error', reject).end(body)
  })
}

/** Returns the `Cookie` header that a browser sends after this response. */
export const cookiesOf = ({ headers }: HttpResponse): string =>
  (headers['set-cookie'] ?? [])
    .map((line) => line.split(';')[0] ?? '')
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

/** Changes one character in the middle of the first cookie's value, where every bit is significant. */
function changed(cookie: string) {
  const [pair = '', ...others] = cookie.split('; ')
  const at = pair.indexOf('=') + Math.floor((pair.length - pair.indexOf('=')) / 2)
  const other = pair[at] === 'A' ? 'B' : 'A'
  return [pair.slice(0, at) + other + pair.slice(at + 1), ...others].join('; ')
}

interface Refusing extends Server {
  readonly name: string
  readonly path: string
  readonly cookie: string
}

/** Asserts that this server accepts the cookie and refuses a request without it or with a changed one. */
export async function assertRefuses({ name, path, cookie, ...server }: Refusing): Promise<void> {
  const answered = async (sent?: string) => {
    const { status, text } = await sendRequest({ ...server, path, headers: sent ? { cookie: sent } : {} })
    return status === 200 && text !== 'null'
  }
  if (!(await answered(cookie))) throw new Error(`${name} refuses its own cookie`)
  if (await answered()) throw new Error(`${name} accepts a request without a cookie`)
  if (await answered(changed(cookie))) throw new Error(`${name} accepts a changed cookie`)
}
