import type { Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import fastifyPlugin from 'fastify-plugin'
import { afterCompleteRequests } from './answer-end.js'

export interface ClosingOptions {
  /** Maximum time in ms in which a closing server still accepts requests. It ends when no connection is open. */
  readonly drainMs: number
}

const CHECK_EVERY_MS = 50
/** More turns mean that connections arrive as fast as they are accepted. */
const MAX_TURNS = 1_000
/** After this time a connection without a byte counts as a spare one of a browser, which sends no request. */
const SILENT_MS = 250
/** After this time a request that has not arrived is given up. Node.js does not limit it any more once it has stopped listening. */
const ARRIVAL_MS = 2_000

/**
 * Closes connections in an order that loses no request. Node.js closes all idle connections at once, although a front door may
 * be sending a request on one of them, and no front door repeats a POST. So the server first drains: it serves every request,
 * and each response has `Connection: close`. Then it stops listening, and closes each connection that becomes idle.
 *
 * It stops listening when no new connection waits to be accepted, because the operating system resets those that do.
 *
 * A connection without a request while the server drains can still be closed at the moment of its next request. One that sends nothing,
 * or no complete request, is closed. Complete requests are those that `whenOver` was told of.
 */
export const closing = fastifyPlugin<ClosingOptions>(
  async (app, { drainMs }) => {
    const open = new Set<Socket>()
    let accepted = 0
    app.server.on('connection', (socket: Socket) => {
      accepted += 1
      open.add(socket)
      socket.once('close', () => open.delete(socket))
    })
    let isClosing = false
    app.addHook('preClose', async () => {
      for (let drainedMs = 0; drainedMs < drainMs && open.size > 0; drainedMs += CHECK_EVERY_MS)
        await wait(CHECK_EVERY_MS)
      // A turn of the event loop accepts one connection, and none when none waits. The first turn may be past that.
      let before = -1
      for (let turns = 0; turns < 2 || (accepted > before && turns < MAX_TURNS); turns += 1) {
        before = accepted
        await nextTurn()
      }
      isClosing = true
      // Here and not in `app.close`, which first awaits the hooks of all plugins.
      app.server.close()
      setTimeout(() => {
        for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
      }, SILENT_MS).unref()
      setTimeout(() => {
        for (const socket of open) afterCompleteRequests(socket, () => socket.destroy())
      }, ARRIVAL_MS).unref()
    })
    app.addHook('onResponse', (_request, _reply, done) => {
      // In the next turn, so that a pipelined request counts as pending.
      if (isClosing) setImmediate(() => app.server.closeIdleConnections())
      done()
    })
  },
  { name: '@signet/closing' },
)
