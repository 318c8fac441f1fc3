import type { EventEmitter } from 'node:events'
import type { FastifyReply } from 'fastify'

/** Why `closedSignal` is aborted: what somebody stops for it has not failed. */
export class NobodyWaits extends Error {
  override readonly name = 'NobodyWaits'
}

/** Of a connection: what is to be called when it ends. With pipelining several of its answers are under way. */
const UNDER_WAY = Symbol('under way')
type Connection = EventEmitter & { destroyed: boolean; [UNDER_WAY]?: Set<() => void> }

/**
 * Calls back once: when the answer has been sent, or when its connection has ended. Of an answer that waits behind others on its connection
 * Node does not tell the latter.
 */
export function whenOver({ raw, request }: FastifyReply, callback: () => void): void {
  const connection: Connection = request.raw.socket
  if (raw.closed || connection.destroyed) {
    callback()
    return
  }
  connection[UNDER_WAY] ??= answersUnderWay(connection)
  const underWay = connection[UNDER_WAY]
  const over = () => {
    raw.off('close', over)
    if (underWay.delete(over)) callback()
  }
  underWay.add(over)
  raw.once('close', over)
}

function answersUnderWay(connection: Connection): Set<() => void> {
  const underWay = new Set<() => void>()
  connection.once('close', () => {
    for (const over of underWay) over()
  })
  return underWay
}

/** Aborted, with {NobodyWaits}, when nobody waits for the answer any more: it has been sent, or its client has gone. */
export function closedSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  whenOver(reply, () => controller.abort(new NobodyWaits('the answer has been sent, or its client has gone')))
  return controller.signal
}
