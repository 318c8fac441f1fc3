import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { failure } from './envelope.js'

const JSON_TYPE = 'application/json; charset=utf-8'

interface ParseError {
  readonly code?: string
}

/**
 * Answers, in the contract's shape, what Node's parser could not read as a request: there is no route, no reply and no
 * hook then, only the socket.
 */
export function answerUnreadable(
  headers: Readonly<Record<string, string>>,
): (error: ParseError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    if (socket.writable) socket.write(answer(error, headers))
    socket.destroy()
  }
}

/** Answers, in the contract's shape, what expects something else than leave to go on (RFC 9110, 10.1.1): Node asks nobody else. */
export function answerExpectation(
  headers: Readonly<Record<string, string>>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const body = JSON.stringify(failure('This service does not do what the request expects of it.', 'invalid_request'))
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
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'The headers of the request are too long.']
  return [400, 'This is not a request that can be read.']
}
