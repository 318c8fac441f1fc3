// HTTP requests as a browser sends them: through the front door, or directly to one replica.
import { randomBytes } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** No keep-alive: each request may reach another replica. */
const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) }
const PORTS = { bank: 3001, retirement: 3002 }

/** Encodes a body as JSON, or as a form when it is a `URLSearchParams`. */
function encoded(body) {
  if (body === undefined) return { headers: {} }
  const form = body instanceof URLSearchParams
  const text = form ? body.toString() : JSON.stringify(body)
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  return { text, headers: { 'content-type': type, 'content-length': Buffer.byteLength(text) } }
}

function send({ scheme = 'http', host, port, name, ca }, method, path, { headers = {}, body } = {}) {
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
  return new Promise((resolve, reject) => {
    const sent = (scheme === 'https' ? httpsRequest : httpRequest)(options, async (response) => {
      try {
        let answer = ''
        for await (const chunk of response.setEncoding('utf8')) answer += chunk
        const json = (response.headers['content-type'] ?? '').startsWith('application/json')
        resolve({ status: response.statusCode, headers: response.headers, body: json ? JSON.parse(answer) : answer })
      } catch (error) {
        reject(error)
      }
    })
    sent.on('timeout', () => sent.destroy(new Error('no response in 20 s')))
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Returns the `Cookie` header that follows a response. */
export const cookiesOf = ({ headers }) =>
  (headers['set-cookie'] ?? [])
    .map((line) => line.split(';')[0])
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

export const ADA = { username: 'ada', password: 'analytical-engine' }

/** Returns a client of the front door on a port of this machine. */
export function frontDoor({ port, scheme = 'http', ca, domain = 'signet.localhost' }) {
  const ask = (name, method, path, options) =>
    send({ scheme, host: '127.0.0.1', port, ca, name: `${name}.${domain}:${port}` }, method, path, options)

  async function entered(path, body) {
    const answer = await ask('bank', 'POST', path, { body })
    if (answer.status >= 300) throw new Error(`${path} responded ${answer.status}: ${JSON.stringify(answer.body)}`)
    return { cookie: cookiesOf(answer), token: answer.body.data, answer }
  }

  return {
    ask,
    me: (name, headers) => ask(name, 'GET', '/api/me', { headers }),
    signIn: (strategy = 'jwt', person = ADA) => entered('/api/login', { ...person, strategy }),
    /** Registers a new customer, with an opening balance in a demo. */
    signUp: () => {
      const username = `test-${randomBytes(4).toString('hex')}`
      return entered('/api/register', { username, name: 'Test', password: randomBytes(12).toString('hex') })
    },
    /** Sends a request to one replica, as the front door does. */
    askReplica: (name, host, method, path, options) =>
      send({ host, port: PORTS[name], name: `${name}.${domain}:${port}` }, method, path, options),
  }
}

/** Simulates a browser without JavaScript: cookies, redirects and forms. Both hosts share all cookies. */
export function visitor({ ask }) {
  const jar = new Map()
  async function go(name, method, path, body) {
    const cookie = [...jar].map(([key, value]) => `${key}=${value}`).join('; ')
    const answer = await ask(name, method, path, { body, headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(line)
      if (value === '' || /Max-Age=0/i.test(line)) jar.delete(key)
      else jar.set(key, value)
    }
    const { location } = answer.headers
    if (answer.status < 300 || answer.status >= 400) return { name, path, ...answer }
    const target = new URL(location, 'http://same')
    const next = target.hostname === 'same' ? name : target.hostname.split('.')[0]
    return go(next, 'GET', target.pathname + target.search)
  }
  return {
    visit: (name, path) => go(name, 'GET', path),
    submit: (name, path, fields = {}) => go(name, 'POST', path, new URLSearchParams(fields)),
  }
}
