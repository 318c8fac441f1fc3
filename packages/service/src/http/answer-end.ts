import type { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { FastifyReply } from 'fastify'

/** The abort reason of `closedSignal`. Work that stops because of it has not failed. */
export class ClientDisconnected extends Error {
  override readonly name = 'ClientDisconnected'
}

/** The requests of one connection that have no complete response yet. With pipelining there are several. */
interface Requests {
  /** Requests by the callback that runs when their response ends. */
  readonly underWay: Map<() => void, IncomingMessage>
  /** Undefined once it is complete and has its response, so that no connection keeps a request in memory until its next one. */
  latest: IncomingMessage | undefined
  onResponse: () => void
}

const REQUESTS = Symbol('requests')
type Connection = EventEmitter & { destroyed: boolean; [REQUESTS]?: Requests }

/**
 * Calls back once, when the response has been sent or its connection has closed. Node.js does not report the latter for a
 * response that waits behind others on its connection.
 */
export function whenOver({ raw, request }: FastifyReply, callback: () => void): void {
  const connection: Connection = request.raw.socket
  if (raw.closed || connection.destroyed) {
    callback()
    return
  }
  connection[REQUESTS] ??= requestsOf(connection)
  const requests = connection[REQUESTS]
  const message = request.raw
  const over = () => {
    if (requests.underWay.delete(over)) callback()
    if (requests.latest === message && message.complete) requests.latest = undefined
    requests.onResponse()
  }
  requests.latest = message
  requests.underWay.set(over, message)
  raw.on('close', over)
}

function requestsOf(connection: Connection): Requests {
  const requests: Requests = { underWay: new Map(), latest: undefined, onResponse: () => {} }
  connection.once('close', () => {
    for (const over of requests.underWay.keys()) over()
  })
  return requests
}

/**
 * Calls back when all complete requests of a connection have their responses, so that raw data on the socket does not replace
 * one of them. Passes `false` when the incomplete request already has its response.
 */
export function afterCompleteRequests(connection: Connection, callback: (awaitsResponse: boolean) => void): void {
  const requests = connection[REQUESTS]
  if (!requests) {
    callback(true)
    return
  }
  const { underWay, latest } = requests
  requests.onResponse = () => {
    const waiting = [...underWay.values()]
    if (waiting.some(({ complete }) => complete)) return
    requests.onResponse = () => {}
    callback(!latest || latest.complete || waiting.includes(latest))
  }
  requests.onResponse()
}

/** Returns a signal that aborts with {@link ClientDisconnected} when the response has been sent or the client has disconnected. */
export function closedSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  whenOver(reply, () =>
    controller.abort(new ClientDisconnected('the response has been sent, or the client has disconnected')),
  )
  return controller.signal
}
