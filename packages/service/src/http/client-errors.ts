import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { afterCompleteRequests } from './answer-end.js'
import { failure } from './api-route.js'

/** A browser shows this text to the user. */
const TOO_LARGE =
  'The address or the cookies of this request are too long. Use a shorter address, or delete this site’s cookies in your browser.'

const JSON_TYPE = 'application/json; charset=utf-8'

interface ParseError {
  readonly code?: string
}

/**
 * Responds in the API's error format to bytes that Node's parser cannot read as a request. There is no route, reply or hook for
 * them, only the socket. Earlier requests on the same connection get their responses first.
 */
export function answerUnreadable(
  headers: Readonly<Record<string, string>>,
): (error: ParseError, socket: Socket) => void {
  const refused = new WeakSet<Socket>()
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed || refused.has(socket)) return
    refused.add(socket)
    // The rest of this connection cannot be parsed either.
    socket.pause()
    afterCompleteRequests(socket, (awaitsResponse) => {
      // A browser that opened a spare connection would take this for the response to its next request.
      const asked = socket.bytesRead > 0 && awaitsResponse
      if (asked && socket.writable) socket.write(answer(error, headers))
      socket.destroySoon()
    })
  }
}

/** Refuses an `Expect` other than `100-continue` in the API's error format (RFC 9110, section 10.1.1). No route receives such a request. */
export function answerExpectation(
  headers: Readonly<Record<string, string>>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const body = JSON.stringify(
    failure('This service does not support the Expect header of the request.', 'invalid_request'),
  )
  const all = { ...headers, 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(body), connection: 'close' }
  return (_request, response) => {
    response.writeHead(417, all).end(body)
  }
}

function answer({ code }: ParseError, headers: Readonly<Record<string, string>>): string {
  const [status, sentence] = refusalOf(code)
  const body = JSON.stringify(failure(sentence, 'invalid_request'))
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-type: ${JSON_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

function refusalOf(code: string | undefined): [status: number, sentence: string] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'The request took too long to arrive.']
  if (code === 'HPE_HEADER_OVERFLOW') return [431, TOO_LARGE]
  return [400, 'This service cannot parse the request.']
}
