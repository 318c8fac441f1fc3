import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StatusListResponse } from '../status-lists.js'

/** What a verifier fetches from its issuer: status lists, and the public keys. */
export interface IssuerServer {
  /** Its origin, `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Sets the response for the list at a path, and gives it to requests that wait for a change. */
  change(path: string, response: Omit<StatusListResponse, 'atSeconds'>): void
  /** Resolves at the next request for a path, which a verifier sends when it has read the response before. */
  nextRequest(path: string): Promise<void>
  close(): Promise<void>
}

interface Served {
  response: Omit<StatusListResponse, 'atSeconds'>
  /** Requests that wait for a change (RFC 7240, section 4.3). */
  readonly held: Set<() => void>
}

const JWKS_PATH = '/.well-known/jwks.json'

/** Serves an issuer's lists on loopback. A path without a list gets 500, as during an outage. */
export async function startIssuerServer(port: number, jwks: object): Promise<IssuerServer> {
  const lists = new Map<string, Served>()
  const requests = new EventEmitter()
  const server = createServer((request, reply) => {
    if (request.url === JWKS_PATH) {
      reply.setHeader('content-type', 'application/json').end(JSON.stringify(jwks))
      return
    }
    requests.emit(request.url ?? '')
    const served = lists.get(request.url ?? '')
    if (served) hold(request, reply, served)
    else reply.writeHead(500).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    change: (path, response) => {
      const served = lists.get(path) ?? { response, held: new Set() }
      lists.set(path, served)
      served.response = response
      for (const release of served.held) release()
    },
    nextRequest: async (path) => {
      await once(requests, path)
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** Responds, or holds the request until the list changes if the verifier has its newest version. */
function hold(request: IncomingMessage, reply: ServerResponse, served: Served): void {
  const { etag } = served.response
  const known = etag !== undefined && request.headers['if-none-match'] === etag
  const [, seconds = '0'] = /^wait=(\d{1,2})$/.exec(String(request.headers.prefer)) ?? []
  const respond = (unchanged: boolean) => {
    clearTimeout(timer)
    served.held.delete(release)
    const { status, body, etag: version } = served.response
    if (version !== undefined) reply.setHeader('etag', version)
    if (unchanged) reply.writeHead(304).end()
    else reply.writeHead(status).end(body)
  }
  const release = () => respond(false)
  const timer = setTimeout(() => respond(true), Number(seconds) * 1_000)
  if (!known) release()
  else if (seconds === '0') respond(true)
  else served.held.add(release)
  reply.once('close', () => {
    clearTimeout(timer)
    served.held.delete(release)
  })
}
