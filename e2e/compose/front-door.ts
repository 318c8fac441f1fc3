// HTTP requests as a browser sends them: through the front door, or directly to one replica.
import { randomBytes } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { text as readText } from 'node:stream/consumers'
import type { Credentials, Me } from '../processes/requests.js'
import type { ServiceName } from '../processes/services.js'

/** An app behind the front door: the first label of its public host. */
export type AppName = ServiceName | 'insurance'
type Scheme = 'http' | 'https'

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as a form when it is a `URLSearchParams`, otherwise as JSON. */
  readonly body?: unknown
}

/** A response. `Data` is what the test expects in `data` of a success. */
export interface Answer<Data = unknown> {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Empty unless the response is JSON. */
  readonly body: { readonly data: Data; readonly code?: string }
  readonly text: string
}

/** Where a request goes, and the public host that it names. */
interface Destination {
  readonly scheme?: Scheme
  readonly host: string
  readonly port: number
  readonly name: string
  readonly ca?: string | undefined
}

/** No keep-alive: each request may reach another replica. */
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) }
const PORTS: Readonly<Record<ServiceName, number>> = { bank: 3001, retirement: 3002 }

function encoded(body: unknown): { text?: string; headers: Record<string, string | number> } {
  if (body === undefined) return { headers: {} }
  const form = body instanceof URLSearchParams
  const text = form ? body.toString() : JSON.stringify(body)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return { text, headers: { 'content-type': type, 'content-length': Buffer.byteLength(text) } }
}

async function send<Data>(
  { scheme = 'http', host, port, name, ca }: Destination,
  method: string,
  path: string,
  { headers = {}, body }: AskOptions = {},
): Promise<Answer<Data>> {
  const { text, headers: describing } = encoded(body)
  const options = {
    agent: agents[scheme],
    host,
    port,
    method,
    path,
    ca,
    servername: name.split(':')[0],
    headers: { host: name, ...describing, ...headers },
    timeout: 20_000,
  }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = (scheme === 'https' ? httpsRequest : httpRequest)(options, resolve)
    sent.on('timeout', () => sent.destroy(new Error('no response in 20 s')))
    sent.on('error', reject)
    sent.end(text)
  })
  const answer = await readText(response)
  const json = (response.headers['content-type'] ?? '').startsWith('application/json')
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: json ? JSON.parse(answer) : {},
    text: answer,
  }
}

/** Returns the `Cookie` header that follows a response. */
export const cookiesOf = ({ headers }: Pick<Answer, 'headers'>): string =>
  (headers['set-cookie'] ?? [])
    .map((line) => line.split(';', 1).join())
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

export const ADA: Credentials = { username: 'ada', password: 'analytical-engine' }

export interface FrontDoorOptions {
  readonly port: number
  readonly scheme?: Scheme
  /** The certificate authority to trust over https. */
  readonly ca?: string
}

export type FrontDoor = ReturnType<typeof frontDoor>

/** Returns a client of the front door on a port of this machine. */
export function frontDoor({ port, scheme = 'http', ca }: FrontDoorOptions) {
  const publicHost = (name: AppName) => `${name}.signet.localhost:${port}`
  const ask = <Data = unknown>(name: AppName, method: string, path: string, options?: AskOptions) =>
    send<Data>({ scheme, host: '127.0.0.1', port, ca, name: publicHost(name) }, method, path, options)

  async function entered(path: string, body: unknown) {
    const answer = await ask<string>('bank', 'POST', path, { body })
    if (answer.status >= 300) throw new Error(`${path} responded ${answer.status}: ${answer.text}`)
    return { cookie: cookiesOf(answer), token: answer.body.data, answer }
  }

  return {
    ask,
    me: (name: AppName, headers: Readonly<Record<string, string>>) => ask<Me>(name, 'GET', '/api/me', { headers }),
    signIn: (strategy = 'jwt', person = ADA) => entered('/api/login', { ...person, strategy }),
    /** Registers a new customer, with an opening balance in a demo. */
    signUp: () => {
      const username = `test-${randomBytes(4).toString('hex')}`
      return entered('/api/register', { username, name: 'Test', password: randomBytes(12).toString('hex') })
    },
    /** Sends a request to one replica, as the front door does. */
    askReplica: <Data = unknown>(
      name: ServiceName,
      host: string,
      method: string,
      path: string,
      options?: AskOptions,
    ): Promise<Answer<Data>> => send({ host, port: PORTS[name], name: publicHost(name) }, method, path, options),
  }
}
